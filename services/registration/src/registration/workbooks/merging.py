"""What a vendor's rows change of what is stored, and whether the agency or somebody else changed it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from registration.vendors.domain import name_key
from registration.workbooks.cells import Value
from registration.workbooks.columns import PAPER_COLUMNS, PRODUCT_COLUMNS, SHEETS, VENDOR_COLUMNS, SheetName
from registration.workbooks.domain import Book
from registration.workbooks.entries import Content, content_of
from registration.workbooks.lines import Cells, Group, Line, digest_of, settle

FIELDS = {column.key: column.field for column in (*VENDOR_COLUMNS, *PRODUCT_COLUMNS, *PAPER_COLUMNS)}


@dataclass(frozen=True)
class Change:
    """One value that the rows say otherwise: its field, where it stands, and both values."""

    field: str
    sheet: SheetName
    row: int
    key: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Merged:
    """What is stored with the rows' changes in it; products and papers without a row are kept, and named."""

    content: Content
    changes: tuple[Change, ...]
    kept: tuple[str, ...]


class Step(StrEnum):
    """What is to be done with a vendor that was nominated before."""

    NOTHING = "nothing"
    AMEND = "amend"
    CONFLICT = "conflict"


def merge(book: Book, group: Group, current: Content, known: Mapping[str, int], province_code: str | None) -> Merged:
    """Return the stored content with a vendor's rows in it; ``known`` are the places of products by row key."""
    said = content_of(group)
    vendor = _over(current.vendor, said.vendor, _columns(book, SheetName.ROWS))
    if "province_code" not in said.vendor and vendor.get("country", "VN") == "VN":
        vendor["province_code"] = province_code
    products = _pair(group.lines, said.products, current.products, lambda line: known.get(line.key), "name")
    papers = _pair(group.papers, said.papers, current.papers, lambda _: None, "kind")
    content = Content(
        vendor,
        _lay_over(said.products, current.products, products, _columns(book, SheetName.ROWS)),
        _lay_over(said.papers, current.papers, papers, _columns(book, SheetName.PAPERS)),
    )
    changes = [*_vendor_changes(group, current.vendor, vendor)]
    changes += _part_changes(
        SheetName.ROWS, "products", "name", group.lines, content.products, current.products, products
    )
    changes += _part_changes(
        SheetName.PAPERS, "documents", "kind", group.papers, content.papers, current.papers, papers
    )
    kept = [str(current.products[place].get("name")) for place in _left(current.products, products)]
    kept += [str(current.papers[place].get("kind")) for place in _left(current.papers, papers)]
    return Merged(content, tuple(changes), tuple(kept))


def _columns(book: Book, name: SheetName) -> frozenset[str]:
    """Return the keys of the columns that a sheet has; a sheet that is not there says nothing."""
    return frozenset(book.sheets[name].columns) if name in book.sheets else frozenset()


def _over(stored: Mapping[str, Value], said: Mapping[str, Value], columns: frozenset[str]) -> Cells:
    """Return what the rows say, and what is stored where they have no column for it."""
    return {key: value for key, value in stored.items() if key not in columns} | dict(said)


def _pair(
    lines: Sequence[Line],
    said: Sequence[Cells],
    stored: Sequence[Cells],
    place_of: Callable[[Line], int | None],
    name: str,
) -> list[int | None]:
    """Return the stored one that each line is about: by its row key, else by being equal, else by its name."""
    free = set(range(len(stored)))
    settled = [settle(one) for one in stored]
    names = [name_key(str(one.get(name))) for one in stored]
    found: list[int | None] = [None] * len(lines)

    def take(is_it: Callable[[int, int], bool]) -> None:
        for index in range(len(lines)):
            if found[index] is None:
                place = next((place for place in sorted(free) if is_it(index, place)), None)
                found[index] = place
                free.discard(-1 if place is None else place)

    keyed = [place_of(line) for line in lines]
    take(lambda index, place: keyed[index] == place)
    take(lambda index, place: settle(said[index]) == settled[place])
    take(lambda index, place: name_key(str(said[index].get(name))) == names[place])
    return found


def _left(stored: Sequence[Cells], pairs: Sequence[int | None]) -> list[int]:
    return [place for place in range(len(stored)) if place not in pairs]


def _lay_over(
    said: Sequence[Cells], stored: Sequence[Cells], pairs: Sequence[int | None], columns: frozenset[str]
) -> tuple[Cells, ...]:
    laid = [
        dict(one) if place is None else _over(stored[place], one, columns)
        for one, place in zip(said, pairs, strict=True)
    ]
    return (*laid, *(stored[place] for place in _left(stored, pairs)))


def _vendor_changes(group: Group, stored: Cells, merged: Cells) -> Iterator[Change]:
    for key, old, new in _differing(stored, merged):
        row = next((line.row for line in group.lines if key in line.cells), group.first.row)
        yield Change(FIELDS[key], SheetName.ROWS, row, key, old, new)


def _part_changes(
    sheet: SheetName,
    part: str,
    name: str,
    lines: Sequence[Line],
    merged: Sequence[Cells],
    stored: Sequence[Cells],
    pairs: Sequence[int | None],
) -> Iterator[Change]:
    for line, cells, place in zip(lines, merged, pairs, strict=False):
        if place is None:
            yield Change(f"{part}[{cells.get(name)}]", sheet, line.row, name, None, cells.get(name))
            continue
        for key, old, new in _differing(stored[place], cells):
            yield Change(f"{part}[{stored[place].get(name)}].{FIELDS.get(key, key)}", sheet, line.row, key, old, new)


def _differing(stored: Cells, merged: Cells) -> Iterator[tuple[str, Value, Value]]:
    before, after = settle(stored), settle(merged)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield key, before.get(key), after.get(key)


def lines_from(content: Content) -> list[Cells]:
    """Return what is stored as the rows of the first sheet: the vendor's cells stand with its first product."""
    columns = {column.key for column in SHEETS[SheetName.ROWS]}
    products = [{key: value for key, value in product.items() if key in columns} for product in content.products]
    return [{**content.vendor, **products[0]}, *products[1:]] if products else []


def digest_of_content(content: Content) -> str:
    """Return the mark of all that is said of a vendor."""
    parts = [settle(content.vendor), *map(settle, content.products), *map(settle, content.papers)]
    return sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()[:16]


def decide(group: Group, merged: Merged, current: Content, stored: Mapping[str, str], taken: str | None) -> Step:
    """Return what to do with a vendor's rows.

    Args:
        group: the rows.
        merged: what they would make of what is stored.
        current: what is stored.
        stored: the marks of the rows as they were last taken, by row key.
        taken: the mark of the vendor's content as the agency last left it; None if no workbook brought it.
    """
    if not merged.changes:
        return Step.NOTHING
    if taken == digest_of_content(current):
        return Step.AMEND  # nobody but the agency has changed it since
    lines = [*group.lines, *group.papers]
    if all(line.digest in {line.base, stored.get(line.key)} for line in lines):
        return Step.NOTHING  # the agency has changed nothing; what somebody else changed stays
    now = {digest_of(cells) for cells in (*lines_from(current), *current.papers)}
    given = [line.base for line in lines if line.base]
    return Step.AMEND if given and all(base in now for base in given) else Step.CONFLICT
