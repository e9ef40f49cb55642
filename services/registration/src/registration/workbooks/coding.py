"""A workbook as bytes: between the service and the process that reads and writes files, and as kept beside an answer."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from registration.workbooks.cells import Choices, Lists, Raw
from registration.workbooks.columns import SheetName
from registration.workbooks.domain import Book, CellProblem, Info, Marks, Sheet, Stamp


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


def encode_marks(marks: Marks) -> dict[str, Any]:
    """Return marks as values of JSON."""
    return {
        "problems": [asdict(problem) for problem in marks.problems],
        "words": [[name, row, word] for (name, row), word in marks.words.items()],
        "summary": list(marks.summary),
    }


def decode_marks(found: Mapping[str, Any]) -> Marks:
    """Return the marks of what ``load`` gave."""
    words = {(SheetName(name), row): word for name, row, word in found["words"]}
    return Marks(
        [CellProblem(**one) for one in found["problems"]], words, [(one, two) for one, two in found["summary"]]
    )


def encode_order(info: Info, book: Book, marks: Marks | None) -> bytes:
    """Return all that a workbook is written from; of its lists what stands in the cells."""
    labels = {name: dict(choices.labels) for name, choices in info.lists.by_name.items()}
    order = {
        "info": {**vars(info), "stamp": asdict(info.stamp), "lists": labels},
        "book": encode_book(book),
        "marks": encode_marks(marks) if marks is not None else None,
    }
    return dump(order)


def decode_order(content: bytes) -> tuple[Info, Book, Marks | None]:
    """Return what ``encode_order`` took."""
    found = load(content)
    info: dict[str, Any] = found["info"]
    info["stamp"] = Stamp(**info["stamp"])
    info["lists"] = Lists({name: Choices(labels, {}) for name, labels in info["lists"].items()})
    info["guide"] = [(label, said) for label, said in info["guide"]]
    marks = found["marks"]
    return Info(**info), decode_book(found["book"]), decode_marks(marks) if marks is not None else None


def pack(book: Book, marks: Marks) -> bytes:
    """Return a workbook and its marks in few bytes."""
    content = {
        "stamp": asdict(book.stamp),
        "sheets": [vars(sheet) for sheet in book.sheets.values()],
        **encode_marks(marks),
    }
    return zlib.compress(dump(content), 1)


def unpack(content: bytes) -> tuple[Book, Marks]:
    """Return what was packed."""
    found = load(zlib.decompress(content))
    return decode_book({"stamp": found["stamp"], "sheets": found["sheets"]}), decode_marks(found)


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
