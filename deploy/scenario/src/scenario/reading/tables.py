"""Reads the CSV files: agencies and nomination letters."""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from scenario.reading.contacts import CONTACT_COLUMNS, read_contact
from scenario.reading.fields import Fields
from scenario.reading.mistakes import Mistakes
from scenario.script.model import Agency, Paper

AGENCY_LEVELS = ("central", "city", "province", "district", "commune")
MAX_BYTES = 20 * 1024 * 1024


def read_text(folder: Path, name: str, mistakes: Mistakes) -> str | None:
    """Return the file's text; a missing, huge or non-UTF-8 file is a mistake and reads as None."""
    path = folder / name
    if not path.is_file():
        mistakes.add(name, 0, "", "không có tệp này trong thư mục", "this file is missing in the folder")
        return None
    if path.stat().st_size > MAX_BYTES:
        mistakes.add(name, 0, "", "tệp quá lớn (trên 20 MiB)", "the file is too large (over 20 MiB)")
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        mistakes.add(name, line, "", "không phải UTF-8; hãy lưu lại dạng UTF-8", "is not UTF-8; save it as UTF-8")
        return None


def read_lines(
    folder: Path, name: str, columns: tuple[str, ...], mistakes: Mistakes, may_lack: tuple[str, ...] = ()
) -> list[Fields] | None:
    """Return the lines of a CSV file whose header has exactly these columns, in any order; None if it is unreadable.

    Columns that it ``may_lack`` may be left out.
    """
    text = read_text(folder, name, mistakes)
    if text is None:
        return None
    header = next(csv.reader(text.splitlines()), list[str]())
    unknown = [column for column in header if column not in columns]
    missing = [column for column in columns if column not in (*header, *may_lack)]
    for column in unknown:
        mistakes.add(name, 1, column, "cột lạ; hãy xóa", "is an unknown column; remove it")
    for column in missing:
        mistakes.add(name, 1, column, "thiếu cột này ở dòng đầu", "this column is missing in the first line")
    if unknown or missing:
        return None
    return list(_read_cells(text, header, name, mistakes))


def _read_cells(text: str, header: list[str], name: str, mistakes: Mistakes) -> Iterator[Fields]:
    reader = csv.reader(text.splitlines(keepends=True))
    next(reader)
    start = reader.line_num + 1
    for cells in reader:
        line, start = start, reader.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(header):
            vi, en = f"có {len(cells)} ô; cần {len(header)}", f"has {len(cells)} cells; {len(header)} are needed"
            mistakes.add(name, line, "", vi, en)
            continue
        values: dict[str, object] = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        yield Fields(values, file=name, line_of=_always(line), mistakes=mistakes)


def _always(line: int) -> Callable[[str], int]:
    def line_of(_name: str) -> int:
        return line

    return line_of


AGENCY_COLUMNS = (
    "code",
    "name_vi",
    "name_en",
    "level",
    "parent_code",
    "province_code",
    "valid_from",
    "valid_to",
    *CONTACT_COLUMNS,
)


def lacks(known: Collection[str] | None, code: str) -> bool:
    """Say whether a code is certainly not known; None stands for codes whose file could not be read."""
    return bool(code) and known is not None and code not in known


def read_agencies(folder: Path, mistakes: Mistakes) -> dict[str, Agency] | None:
    """Return the agencies by code, None if the file is unreadable; a line without ``email`` has no contact."""
    lines = read_lines(folder, "agencies.csv", AGENCY_COLUMNS, mistakes)
    if lines is None:
        return None
    agencies: dict[str, Agency] = {}
    rows: list[tuple[Fields, Agency]] = []
    for row in lines:
        code = row.code("code")
        if code in agencies:
            row.wrong("code", f"“{code}” có hai lần", f"“{code}” stands twice")
        agencies[code] = Agency(
            code=code,
            name_vi=row.text("name_vi"),
            name_en=row.optional_text("name_en"),
            level=row.choice("level", AGENCY_LEVELS),
            parent_code=row.optional_code("parent_code"),
            province_code=row.optional_code("province_code"),
            valid_from=row.day("valid_from"),
            valid_to=row.optional_day("valid_to"),
            contact=read_contact(row) if row.has("email") else None,
        )
        rows.append((row, agencies[code]))
    _check_parents(rows, agencies)
    return agencies


def _check_parents(rows: list[tuple[Fields, Agency]], agencies: dict[str, Agency]) -> None:
    for row, agency in rows:
        seen, above = {agency.code}, agency.parent_code
        if above is not None and above not in agencies:
            row.wrong("parent_code", f"không có cơ quan {above}", f"there is no agency {above}")
        while above in agencies and above not in seen:
            seen.add(above)
            above = agencies[above].parent_code
        if above in seen:
            row.wrong("parent_code", "các cơ quan xếp thành vòng", "the agencies form a circle")


LETTER_COLUMNS = ("province_code", "agency_code", "type", "number", "notation", "issued_on", "title")


def read_letters(
    folder: Path, provinces: set[str], agencies: Mapping[str, Agency] | None, mistakes: Mistakes
) -> dict[str, tuple[str, Paper]] | None:
    """Return each nominating province's agency and letter, by province code; None if the file is unreadable."""
    lines = read_lines(folder, "nominations.csv", LETTER_COLUMNS, mistakes)
    if lines is None:
        return None
    letters: dict[str, tuple[str, Paper]] = {}
    for row in lines:
        province, agency = row.code("province_code"), row.code("agency_code")
        check_province(row, "province_code", province, provinces)
        if lacks(agencies, agency):
            row.wrong("agency_code", f"không có cơ quan {agency}", f"there is no agency {agency}")
        if province in letters:
            row.wrong("province_code", f"tỉnh {province} có hai lần", f"province {province} stands twice")
        letters[province] = (agency, read_paper(row, agency))
    return letters


def read_paper(row: Fields, issuing_agency_code: str) -> Paper:
    """Return the paper whose fields stand in the line or table."""
    return Paper(
        type=row.code("type"),
        number=row.optional_code("number"),
        notation=row.optional_code("notation"),
        issued_on=row.optional_day("issued_on"),
        issuing_agency_code=issuing_agency_code,
        title=row.text("title", 500),
    )


def check_province(row: Fields, name: str, code: str, provinces: set[str]) -> None:
    """Note a province code that the edition's register does not have."""
    if code and code not in provinces:
        row.wrong(name, f"không có tỉnh mã {code} trong danh mục", f"the register has no province {code}")


def is_expired(expires_on: date | None, last_day: date) -> bool:
    """Say whether a paper that ends on ``expires_on`` no longer holds on the last day."""
    return expires_on is not None and expires_on <= last_day
