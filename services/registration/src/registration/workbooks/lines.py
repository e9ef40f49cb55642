"""The rows of a sheet as lines of values, and the lines of one vendor together."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from registration.vendors.domain import name_key, normalise_phone, normalise_tax_id
from registration.workbooks.cells import CellError, Lists, Value, read_cell
from registration.workbooks.columns import RANK, SHEETS, VENDOR_COLUMNS, Kind, SheetName
from registration.workbooks.domain import Book, CellProblem, Sheet

VENDOR_KEYS = tuple(column.key for column in VENDOR_COLUMNS)
Cells = dict[str, Value]


@dataclass(frozen=True)
class Line:
    """A row with what its cells mean; ``base`` is the mark of what it said when the workbook was given out."""

    row: int
    key: str
    base: str
    cells: Cells

    @property
    def rank(self) -> int | None:
        rank = self.cells.get("rank")
        return rank if isinstance(rank, int) else None

    @property
    def digest(self) -> str:
        return digest_of(self.cells)


@dataclass
class Group:
    """All lines of one vendor; its papers stand on their own sheet."""

    rank: int
    lines: list[Line]
    papers: list[Line] = field(default_factory=list[Line])
    problems: list[CellProblem] = field(default_factory=list[CellProblem])

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def is_good(self) -> bool:
        return all(problem.is_warning for problem in self.problems)

    @property
    def vendor(self) -> Cells:
        """Return the vendor's own cells: of each column the first one filled in."""
        found = {
            key: [value for line in self.lines if (value := line.cells.get(key)) is not None] for key in VENDOR_KEYS
        }
        return {key: values[0] for key, values in found.items() if values}


@dataclass(frozen=True)
class Outline:
    """The groups of a workbook in the order of their first lines, and problems of no group."""

    groups: list[Group]
    problems: list[CellProblem]


def settle(cells: Mapping[str, Value]) -> Cells:
    """Return cells as they are compared: usual values left out, numbers in one form."""
    settled: Cells = {key: value for key, value in cells.items() if value not in (None, "", (), 0) or value is False}
    for key, usual in (("country", "VN"), ("language", "vi"), ("preferred_channels", ("email",))):
        if settled.get(key) == usual:
            del settled[key]
    for key in ("processed_packaged", "imported"):
        if settled.get(key) is False:
            del settled[key]
    for key, normalise in (("tax_id", normalise_tax_id), ("phone", normalise_phone)):
        if isinstance(value := settled.get(key), str):
            settled[key] = normalise(value) or value
    return settled


def digest_of(cells: Mapping[str, Value]) -> str:
    """Return the mark of what a row says, whatever its rank."""
    said = {key: str(value) for key, value in settle(cells).items() if key != RANK.key}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def outline(book: Book, lists: Lists) -> Outline:
    """Return the vendors of a workbook with all that is wrong with its cells and their order."""
    problems: list[CellProblem] = []
    rows = book.sheets[SheetName.ROWS]
    groups = _group(rows, list(_read_lines(rows, lists, problems)), problems)
    if SheetName.PAPERS in book.sheets:
        papers = book.sheets[SheetName.PAPERS]
        _add_papers(papers, list(_read_lines(papers, lists, problems)), groups, problems)
    _hand_out(book, groups, problems)
    return Outline(groups, problems)


def _read_lines(sheet: Sheet, lists: Lists, problems: list[CellProblem]) -> Iterator[Line]:
    columns = [
        (column, sheet.columns[column.key])
        for column in SHEETS[sheet.name]
        if column.key in sheet.columns and column.kind is not Kind.LOCKED
    ]
    for number, row in sheet.rows:
        cells: Cells = {}
        for column, index in columns:
            if index >= len(row) or row[index] is None:
                continue
            try:
                value = read_cell(row[index], column, lists)
            except CellError as error:
                problems.append(problem_at(sheet, number, column.key, error.code, error.vi, error.en, column.field))
                continue
            if value is not None:
                cells[column.key] = value
        yield Line(number, sheet.said(row, "row_key"), sheet.said(row, "base"), cells)


def problem_at(
    sheet: Sheet, row: int, key: str, code: str, vi: str, en: str, field: str = "", *, is_warning: bool = False
) -> CellProblem:
    return CellProblem(sheet.title, sheet.cell(row, key), field or key, code, vi, en, is_warning)


def missing(sheet: Sheet, row: int, key: str, field: str = "") -> CellProblem:
    return problem_at(sheet, row, key, "missing", "Ô này cần được điền.", "This cell must be filled in.", field)


def _group(sheet: Sheet, lines: Sequence[Line], problems: list[CellProblem]) -> list[Group]:
    """Put lines of one rank together; a line without rank, or of another vendor under the same rank, stands alone."""
    by_rank: dict[int, Group] = {}
    groups: list[Group] = []
    told = {problem.cell for problem in problems}
    for line in lines:
        group = by_rank.get(line.rank) if line.rank is not None else None
        if group is not None and not _is_other_vendor(group, line):
            group.lines.append(line)
            problems.extend(_differences(sheet, group, line))
            continue
        alone = Group(line.rank or 0, [line])
        groups.append(alone)
        if line.rank is None:
            if sheet.cell(line.row, "rank") not in told:
                problems.append(missing(sheet, line.row, "rank"))
        elif group is None:
            by_rank[line.rank] = alone
        else:
            problems.append(_rank_twice(sheet, line, group.first.row))
    return groups


def _is_other_vendor(group: Group, line: Line) -> bool:
    name, first = line.cells.get("legal_name"), group.vendor.get("legal_name")
    return isinstance(name, str) and isinstance(first, str) and name_key(name) != name_key(first)


def _rank_twice(sheet: Sheet, line: Line, first: int) -> CellProblem:
    return problem_at(
        sheet,
        line.row,
        "rank",
        "rank_twice",
        f"Trùng thứ tự với dòng {first}, nhưng là chủ thể khác.",
        f"The same rank as row {first}, but another vendor.",
    )


def _differences(sheet: Sheet, group: Group, line: Line) -> Iterator[CellProblem]:
    """Yield where a further line of a vendor says another thing than the lines before."""
    vendor = settle(group.vendor)
    for key, value in settle(line.cells).items():
        if key in VENDOR_KEYS and key != "legal_name" and value != vendor.get(key, value):
            yield problem_at(
                sheet,
                line.row,
                key,
                "differs",
                f"Khác với dòng {group.first.row} của cùng chủ thể; hãy để trống hoặc điền giống nhau.",
                f"Differs from row {group.first.row} of the same vendor; leave it empty or make both the same.",
            )


def _add_papers(sheet: Sheet, lines: Sequence[Line], groups: Sequence[Group], problems: list[CellProblem]) -> None:
    by_rank: dict[int, Group] = {}
    for group in groups:
        by_rank.setdefault(group.rank, group)
    told = {problem.cell for problem in problems if problem.sheet == sheet.title}
    for line in lines:
        group = by_rank.get(line.rank) if line.rank else None
        if group is not None:
            group.papers.append(line)
        elif sheet.cell(line.row, "rank") not in told:
            problems.append(
                problem_at(
                    sheet,
                    line.row,
                    "rank",
                    "unknown_rank",
                    f"Không có chủ thể mang thứ tự này ở trang “{SheetName.ROWS}”.",
                    f"There is no vendor of this rank on the sheet “{SheetName.ROWS}”.",
                )
            )


def _hand_out(book: Book, groups: Sequence[Group], problems: Sequence[CellProblem]) -> None:
    """Give each problem to the vendor that its row belongs to, so that the vendor is not taken."""
    owners = {(SheetName.ROWS, line.row): group for group in groups for line in group.lines}
    owners |= {(SheetName.PAPERS, line.row): group for group in groups for line in group.papers}
    names = {sheet.title: name for name, sheet in book.sheets.items()}
    for problem in problems:
        group = owners.get((names[problem.sheet], problem.row))
        if group is not None:
            group.problems.append(problem)
    for name, rows in book.spoilt.items():
        merged = [one for one in book.problems if one.code == "merged_cells" and names.get(one.sheet) is name]
        for row in rows:
            group = owners.get((name, row))
            if group is not None:
                group.problems += merged[:1]
