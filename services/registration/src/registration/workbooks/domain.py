"""A workbook as it was read, what is wrong in which cell, and who is over the quota by the agency's own ranking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from common.errors import FieldProblem, InvalidInputError
from registration.workbooks.cells import Lists, Raw, tidy
from registration.workbooks.columns import SheetName


def refused(code: str, vi: str, en: str, field: str = "workbook") -> InvalidInputError:
    """Return the refusal of a file as a whole."""
    return InvalidInputError([FieldProblem(field, code, vi, en)])


def letters(index: int) -> str:
    """Return the letters of a column by its index from 0."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


@dataclass(frozen=True)
class CellProblem:
    """One mistake: the sheet and cell, the field of the entry, a stable code, and what to do in both languages."""

    sheet: str
    cell: str
    field: str
    code: str
    vi: str
    en: str
    is_warning: bool = False

    @property
    def row(self) -> int:
        return int(self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or "0")


@dataclass(frozen=True)
class Stamp:
    """What a workbook says of itself in its hidden sheet: its form, the edition and agency that it was made for."""

    form: str
    edition_id: str
    agency_code: str
    edition_code: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was read: rows with their numbers from 1; ``columns`` is the index of each known column by key."""

    name: SheetName
    title: str
    heading_row: int
    columns: Mapping[str, int]
    top: tuple[tuple[int, tuple[Raw, ...]], ...]
    headings: tuple[Raw, ...]
    rows: tuple[tuple[int, tuple[Raw, ...]], ...]

    def cell(self, row: int, key: str) -> str:
        """Return the address of a row's cell in a column; a column that is not there stands behind the last."""
        return f"{letters(self.columns.get(key, len(self.headings)))}{row}"

    def said(self, row: Sequence[Raw], key: str) -> str:
        """Return what a row says in a column, as one text; nothing where there is no such column."""
        index = self.columns.get(key, len(row))
        return tidy(row[index]) if index < len(row) else ""


@dataclass(frozen=True)
class Book:
    """A workbook as it was read: its stamp, its sheets, and what is wrong with its form.

    Attributes:
        letter: fields of the letter, as typed, with the addresses of their cells.
        spoilt: rows that cannot be taken for their form, by sheet.
    """

    stamp: Stamp
    sheets: Mapping[SheetName, Sheet]
    letter: Mapping[str, tuple[str, Raw]]
    problems: tuple[CellProblem, ...] = ()
    spoilt: Mapping[SheetName, frozenset[int]] = field(default_factory=dict[SheetName, frozenset[int]])


@dataclass(frozen=True)
class Marks:
    """What is said about a workbook that came back: mistakes by cell, a word on each row, and a summary."""

    problems: Sequence[CellProblem] = ()
    words: Mapping[tuple[SheetName, int], str] = field(default_factory=dict[tuple[SheetName, int], str])
    summary: Sequence[tuple[str, str]] = ()


def check_stamp(stamp: Stamp, edition_id: UUID, edition_code: str, agency_code: str, form: str) -> None:
    """Raise InvalidInputError unless the workbook was made for this edition and this agency, in this form."""
    if stamp.form != form:
        raise refused(
            "other_form",
            f"Bảng đề cử theo mẫu phiên bản “{stamp.form}”; hãy tải lại mẫu phiên bản {form}.",
            f"The workbook has the form “{stamp.form}”; fetch it anew in the form {form}.",
            "workbook.form",
        )
    if stamp.edition_id != str(edition_id):
        raise refused(
            "other_edition",
            f"Bảng đề cử này của kỳ sự kiện {stamp.edition_code}, không phải {edition_code}.",
            f"The workbook is of the edition {stamp.edition_code}, not of {edition_code}.",
            "workbook.edition_id",
        )
    if stamp.agency_code != agency_code:
        raise refused(
            "other_agency",
            f"Bảng đề cử này của cơ quan {stamp.agency_code}, không phải {agency_code}.",
            f"The workbook is of the agency {stamp.agency_code}, not of {agency_code}.",
            "workbook.agency_code",
        )


@dataclass(frozen=True)
class Info:
    """What a workbook tells its reader besides its rows."""

    stamp: Stamp
    title: str
    author: str
    guide: Sequence[tuple[str, str]]
    lists: Lists
    made_at: datetime
    glossary: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Ranked:
    """A nominated vendor as the quota counts it."""

    application_id: UUID
    rank: int
    booths_wanted: int
    trade_name: str


@dataclass(frozen=True)
class Over:
    """A vendor beyond the quota, and the booths that those ranked up to it ask for, with those of other agencies."""

    ranked: Ranked
    booths_up_to: int


def beyond_quota(nominated: Iterable[Ranked], ceiling: int | None, of_others: int = 0) -> Iterator[Over]:
    """Yield those whose booths, with all ranked before them and those of other agencies, are more than the ceiling."""
    total = of_others
    for one in sorted(nominated, key=lambda each: (each.rank, each.application_id)):
        total += one.booths_wanted
        if ceiling is not None and total > ceiling:
            yield Over(one, total)


def ranks_apart(wanted: Sequence[int | None]) -> list[int]:
    """Return ranks that differ: each goes to the first that wants it, the others follow behind the last."""
    given: dict[int, int] = {}
    for place, rank in enumerate(wanted):
        if rank is not None and rank >= 1:
            given.setdefault(rank, place)
    last = max(given, default=0)
    ranks: list[int] = []
    for place, rank in enumerate(wanted):
        if rank is not None and given.get(rank) == place:
            ranks.append(rank)
        else:
            last += 1
            ranks.append(last)
    return ranks
