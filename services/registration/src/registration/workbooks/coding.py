"""A workbook's cells as bytes: between the process that reads files and the service, and as kept beside an answer."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from registration.workbooks.cells import Raw
from registration.workbooks.columns import SheetName
from registration.workbooks.domain import Book, CellProblem, Marks, Sheet, Stamp


def encode_book(book: Book) -> dict[str, Any]:
    """Return a workbook as values of JSON and dates, for ``dump``."""
    return {
        "stamp": asdict(book.stamp),
        "sheets": [vars(sheet) for sheet in book.sheets.values()],
        "letter": dict(book.letter),
        "problems": [asdict(problem) for problem in book.problems],
        "spoilt": {name: sorted(rows) for name, rows in book.spoilt.items()},
    }


def decode_book(found: Mapping[str, Any]) -> Book:
    """Return the workbook of what ``load`` gave."""
    sheets = {name: _to_sheet(name, one) for one in found["sheets"] for name in [SheetName(one["name"])]}
    return Book(
        Stamp(**found["stamp"]),
        sheets,
        {name: (cell, value) for name, (cell, value) in found.get("letter", {}).items()},
        tuple(CellProblem(**one) for one in found.get("problems", ())),
        {SheetName(name): frozenset(rows) for name, rows in found.get("spoilt", {}).items()},
    )


def _to_sheet(name: SheetName, found: Mapping[str, Any]) -> Sheet:
    return Sheet(
        name,
        found["title"],
        found["heading_row"],
        found["columns"],
        _to_rows(found["top"]),
        tuple(found["headings"]),
        _to_rows(found["rows"]),
    )


def _to_rows(found: Sequence[tuple[int, Sequence[Raw]]]) -> tuple[tuple[int, tuple[Raw, ...]], ...]:
    return tuple((number, tuple(cells)) for number, cells in found)


def pack(book: Book, marks: Marks) -> bytes:
    """Return a workbook and its marks in few bytes."""
    content = {
        "stamp": asdict(book.stamp),
        "sheets": [vars(sheet) for sheet in book.sheets.values()],
        "problems": [asdict(problem) for problem in marks.problems],
        "words": [[name, row, word] for (name, row), word in marks.words.items()],
        "summary": list(marks.summary),
    }
    return zlib.compress(dump(content), 1)


def unpack(content: bytes) -> tuple[Book, Marks]:
    """Return what was packed."""
    found = load(zlib.decompress(content))
    words = {(SheetName(name), row): word for name, row, word in found["words"]}
    marks = Marks(
        [CellProblem(**one) for one in found["problems"]], words, [(one, two) for one, two in found["summary"]]
    )
    return decode_book({"stamp": found["stamp"], "sheets": found["sheets"]}), marks


def dump(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, default=_to_day).encode()


def load(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content, object_hook=_from_day)
    return found


def _to_day(value: object) -> dict[str, str]:
    if not isinstance(value, date):
        raise TypeError(type(value).__name__)
    return {"day" if isinstance(value, datetime) else "bare_day": value.isoformat()}


def _from_day(found: dict[str, Any]) -> Any:
    if found.keys() == {"day"}:
        return datetime.fromisoformat(found["day"])
    return date.fromisoformat(found["bare_day"]) if found.keys() == {"bare_day"} else found
