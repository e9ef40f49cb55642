"""Reads a workbook that came back, whichever program saved it: openpyxl in read-only mode, within limits."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, cast

from registration.vendors.domain import name_key
from registration.workbooks import packages
from registration.workbooks.cells import Raw
from registration.workbooks.columns import LETTER_KEYS, SHEETS, Column, Kind, SheetName
from registration.workbooks.domain import Book, CellProblem, Sheet, Stamp, letters, refused
from registration.workbooks.headings import headings_read

MOST_ROWS = 5000
"""Filled rows that are read of a sheet."""
MOST_SCANNED = 60_000
MOST_COLUMNS = 80
MOST_TOP_ROWS = 40
FEWEST_HEADINGS = 4
MAC_DAYS = 1462
"""How many days later the calendar of 1904 begins than that of 1900."""


def read_workbook(content: bytes) -> Book:
    """Return a workbook as it stands; raises InvalidInputError where it is none or none of ours."""
    from openpyxl import load_workbook  # noqa: PLC0415  # it brings numpy: 20 MB that a process without workbooks spares
    from openpyxl.utils.datetime import CALENDAR_MAC_1904  # noqa: PLC0415

    package = packages.open_package(content)
    try:
        book: Any = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        by_name = {name_key(sheet.title): sheet for sheet in book.worksheets}
        shift = MAC_DAYS if book.epoch == CALENDAR_MAC_1904 else 0
        stamp = _read_stamp(by_name.get(name_key(SheetName.STAMP)))
        read = {name: _read_sheet(name, by_name.get(name_key(name)), shift) for name in SHEETS}
        merged = {name: _merged(package, by_name[name_key(name)]) for name, (sheet, _) in read.items() if sheet}
    except packages.DAMAGED as error:
        raise refused(*packages.NO_WORKBOOK) from error
    return _assemble(stamp, read, merged, has_macros=packages.has_macros(package))


def _read_stamp(sheet: Any) -> Stamp | None:
    if sheet is None:
        return None
    said = {str(row[0]): str(row[1]) for row in _rows(sheet, 20) if len(row) > 1}
    return Stamp(
        said.get("form", ""), said.get("edition_id", ""), said.get("agency_code", ""), said.get("edition_code", "")
    )


def _rows(sheet: Any, most: int) -> Iterator[tuple[Raw, ...]]:
    """Yield rows from the first, without empty cells at their end; what the file says of its own size is not believed."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True):
        last = next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)
        yield tuple(map(_plain, row[:last]))


def _plain(value: Any) -> Raw:
    if value is None or isinstance(value, str | int | float | date | datetime):
        return value
    if hasattr(value, "ref"):  # a formula over several cells
        return "=…"
    return str(value)


def _read_sheet(name: SheetName, sheet: Any, shift: int) -> tuple[Sheet | None, int]:
    """Return a sheet, and the first row that was not read any more, or 0."""
    if sheet is None:
        return None, 0
    numbered = enumerate(_rows(sheet, MOST_SCANNED), start=1)
    top: list[tuple[int, tuple[Raw, ...]]] = []
    for number, row in islice(numbered, MOST_TOP_ROWS):
        columns = _find_columns(name, row)
        if len(columns) >= FEWEST_HEADINGS:
            rows, beyond = _read_rows(name, columns, numbered, shift)
            return Sheet(name, sheet.title, number, columns, tuple(top), row, rows), beyond
        top.append((number, row))
    return None, 0


def _find_columns(name: SheetName, row: Sequence[Raw]) -> dict[str, int]:
    known = headings_read(name)
    columns: dict[str, int] = {}
    for index, heading in enumerate(row):
        key = _column_of(known, heading) if isinstance(heading, str) else None
        if key is not None:
            columns.setdefault(key, index)
    return columns


def _column_of(known: Mapping[str, str], heading: str) -> str | None:
    """Return the column of a heading: by its first line, which is Vietnamese, or as a whole."""
    return known.get(name_key(heading.partition("\n")[0])) or known.get(name_key(heading))


def _read_rows(
    name: SheetName, columns: Mapping[str, int], numbered: Iterator[tuple[int, tuple[Raw, ...]]], shift: int
) -> tuple[tuple[tuple[int, tuple[Raw, ...]], ...], int]:
    entry = [columns[column.key] for column in SHEETS[name] if column.key in columns and column.kind is not Kind.LOCKED]
    dates = {columns[column.key] for column in SHEETS[name] if column.key in columns and column.kind is Kind.DATE}
    rows: list[tuple[int, tuple[Raw, ...]]] = []
    for number, row in numbered:
        width = len(row)
        if any(index < width and row[index] not in (None, "") for index in entry):
            if len(rows) == MOST_ROWS:
                return tuple(rows), number
            rows.append((number, _shifted(row, dates, shift) if shift else row))
    return tuple(rows), 0


def _shifted(row: tuple[Raw, ...], dates: set[int], shift: int) -> tuple[Raw, ...]:
    """Return a row whose bare day numbers count from 1900."""
    return tuple(
        value + shift if index in dates and isinstance(value, int | float) else value for index, value in enumerate(row)
    )


def _merged(package: Any, sheet: Any) -> list[tuple[str, int, str, int]]:
    return list(packages.merged_cells(package, cast("str", vars(sheet)["_worksheet_path"])))


def _assemble(
    stamp: Stamp | None,
    read: Mapping[SheetName, tuple[Sheet | None, int]],
    merged: Mapping[SheetName, Sequence[tuple[str, int, str, int]]],
    *,
    has_macros: bool,
) -> Book:
    rows, _ = read[SheetName.ROWS]
    if stamp is None or not stamp.form:
        raise refused(
            "stamp_missing",
            "Không thấy thông tin kỳ sự kiện và cơ quan trong tệp; hãy điền vào mẫu đã tải về.",
            "The file does not say its edition and agency; fill in the workbook that was fetched.",
            "workbook.stamp",
        )
    if rows is None:
        raise refused(
            "sheet_missing",
            f"Không thấy trang “{SheetName.ROWS}” với dòng tiêu đề của mẫu.",
            f"There is no sheet “{SheetName.ROWS}” with the headings of the form.",
            f"workbook.{SheetName.ROWS}",
        )
    sheets = {name: sheet for name, (sheet, _) in read.items() if sheet is not None}
    problems = [*_form_problems(sheets, has_macros=has_macros)]
    spoilt: dict[SheetName, frozenset[int]] = {}
    for name, sheet in sheets.items():
        if read[name][1]:
            problems.append(_too_many(sheet, read[name][1]))
        found = [one for one in merged[name] if one[3] > sheet.heading_row]
        problems += [_merged_problem(sheet, one) for one in found]
        spoilt[name] = _rows_of(sheet, found)
    return Book(stamp, sheets, _read_letter(rows), tuple(problems), spoilt)


def _form_problems(sheets: Mapping[SheetName, Sheet], *, has_macros: bool) -> Iterator[CellProblem]:
    if has_macros:
        yield CellProblem(
            "",
            "",
            "workbook",
            "has_macros",
            "Tệp có macro; macro không được đọc. Hãy lưu thành .xlsx.",
            "The file has macros; they were not read. Save it as .xlsx.",
        )
    if SheetName.PAPERS not in sheets:
        yield CellProblem(
            SheetName.PAPERS,
            "A1",
            "documents",
            "sheet_missing",
            f"Không thấy trang “{SheetName.PAPERS}”; giấy tờ đã khai được giữ nguyên.",
            f"There is no sheet “{SheetName.PAPERS}”; papers declared before stay.",
        )
    for name, sheet in sheets.items():
        for column in SHEETS[name]:
            if column.key not in sheet.columns and not column.came_later:
                yield _missing_column(sheet, column)


def _missing_column(sheet: Sheet, column: Column) -> CellProblem:
    return CellProblem(
        sheet.title,
        f"{letters(len(sheet.headings))}{sheet.heading_row}",
        column.field or column.key,
        "missing_column",
        f"Thiếu cột “{column.heading}”; hãy thêm lại cột này.",
        f"The column “{column.heading}” is missing; put it back.",
    )


def _too_many(sheet: Sheet, first: int) -> CellProblem:
    return CellProblem(
        sheet.title,
        f"A{first}",
        "rows",
        "too_many_rows",
        f"Mỗi trang chỉ đọc {MOST_ROWS:,} dòng; từ dòng {first} chưa được đọc, hãy gửi trong tệp khác.".replace(
            ",", ".", 1
        ),
        f"Of each sheet {MOST_ROWS:,} rows are read; from row {first} on nothing was, send it in another file.",
    )


def _merged_problem(sheet: Sheet, found: tuple[str, int, str, int]) -> CellProblem:
    first, row, last, last_row = found
    return CellProblem(
        sheet.title,
        f"{first}{max(row, sheet.heading_row + 1)}",
        "rows",
        "merged_cells",
        f"Các ô {first}{row}:{last}{last_row} bị gộp; hãy bỏ gộp và điền từng dòng.",
        f"The cells {first}{row}:{last}{last_row} are merged; unmerge them and fill in each row.",
    )


def _rows_of(sheet: Sheet, merged: Sequence[tuple[str, int, str, int]]) -> frozenset[int]:
    """Return the rows that merged cells reach into."""
    return frozenset(number for number, _ in sheet.rows if any(row <= number <= last for _, row, _, last in merged))


def _read_letter(sheet: Sheet) -> dict[str, tuple[str, Raw]]:
    """Return the fields of the letter above the headings: each stands in the cell beside its label."""
    found: dict[str, tuple[str, Raw]] = {}
    for number, row in sheet.top:
        for index, label in enumerate(row):
            field = _column_of(LETTER_KEYS, label) if isinstance(label, str) else None
            if field is not None:
                found[field] = f"{letters(index + 1)}{number}", row[index + 1] if index + 1 < len(row) else None
    return found
