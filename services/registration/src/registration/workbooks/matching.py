"""Which application each vendor of a workbook is, what its rows make of it, and in which cell a mistake stands."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.errors import FieldProblem
from registration.intake.handlers import Entry
from registration.vendors import handlers as vendors
from registration.vendors.directory import Directory
from registration.vendors.domain import Vendor, name_key, tax_key
from registration.workbooks.domain import Book, CellProblem
from registration.workbooks.entries import content_of, place_of
from registration.workbooks.forms import Own, product_key
from registration.workbooks.lines import Group
from registration.workbooks.merging import Merged, Step, decide, merge


@dataclass
class Case:
    """A vendor of a workbook: its rows, its application where it has one, its entry, and what becomes of it."""

    group: Group
    own: Own | None
    entry: Entry
    merged: Merged | None
    step: Step = Step.NOTHING
    word: str = ""

    @property
    def is_new(self) -> bool:
        return self.own is None


@dataclass(frozen=True)
class Memory:
    """What is known of an agency's workbooks: whose each row key is, what rows and vendors said when last taken."""

    owners: Mapping[str, UUID]
    products: Mapping[str, UUID]
    rows: Mapping[str, str]
    vendors: Mapping[UUID, str]


def with_stored_keys(memory: Memory, own: Iterable[Own]) -> Memory:
    """Return a memory that also knows the rows of products that no workbook brought."""
    keys = {
        product_key(one.application_id, product_id): (one.application_id, product_id)
        for one in own
        for product_id in one.product_ids
    }
    return replace(
        memory,
        owners={key: found[0] for key, found in keys.items()} | dict(memory.owners),
        products={key: found[1] for key, found in keys.items()} | dict(memory.products),
    )


def make_cases(
    book: Book, groups: Sequence[Group], own: Sequence[Own], memory: Memory, province_code: str | None
) -> list[Case]:
    """Return a case for each vendor of a workbook; none has an application that an earlier one has."""
    by_id = {one.application_id: one for one in own}
    known = Directory((one.application_id, one.vendor) for one in own)
    used: set[UUID] = set()
    cases: list[Case] = []
    for place, group in enumerate(groups):
        prefix = f"rows[{place}]."
        entry = content_of(group).to_entry(province_code, prefix, group.rank)
        found = _find(group, vendors.tidy_vendor(entry.vendor), by_id, known, memory)
        if found is None or found in used:
            cases.append(Case(group, None, entry, None))
            continue
        used.add(found)
        one = by_id[found]
        places = {product_id: index for index, product_id in enumerate(one.product_ids)}
        keys = [line.key for line in group.lines if memory.products.get(line.key) in places]
        keyed = {key: places[memory.products[key]] for key in keys}
        merged = merge(book, group, one.content, keyed, province_code)
        cases.append(Case(group, one, merged.content.to_entry(province_code, prefix, group.rank), merged))
        cases[-1].step = decide(group, merged, one.content, memory.rows, memory.vendors.get(found))
    return cases


def _find(
    group: Group, declared: Vendor, own: Mapping[UUID, Own], known: Directory[UUID], memory: Memory
) -> UUID | None:
    for line in group.lines:
        owner = own.get(memory.owners.get(line.key, UUID(int=0)))
        if owner is not None and _is_still(owner, declared, group):
            return owner.application_id
    return known.find_same(declared)


def _is_still(own: Own, declared: Vendor, group: Group) -> bool:
    """Tell whether a row is still about its vendor: the number or the name stays, or a way to reach it does."""
    number, before = tax_key(declared.tax_id), tax_key(own.vendor.tax_id)
    if number is not None and number == before:
        return True
    if name_key(declared.legal_name) == name_key(own.vendor.legal_name):
        return True
    if (number is not None and before is not None) or own.contact is None:
        return False
    return group.vendor.get("email") == own.contact.email


def to_cells(book: Book, cases: Sequence[Case], problems: Iterable[FieldProblem]) -> Iterator[tuple[Case, CellProblem]]:
    """Yield each mistake of an entry with its case, in the cell where it stands; one that the cell has already is left out."""
    told = {(one.sheet, one.cell) for case in cases for one in case.group.problems}
    for problem in problems:
        found = re.match(r"rows\[(\d+)\]\.?", problem.field)
        if found is None:
            continue
        case = cases[int(found[1])]
        field = problem.field[found.end() :]
        sheet, row, key = place_of(book, case.group, field)
        cell = sheet.cell(row, key)
        if (sheet.title, cell) not in told:
            vi, en = (_say_rows(said, cases, case, word) for said, word in ((problem.vi, "dòng"), (problem.en, "row")))
            yield case, CellProblem(sheet.title, cell, field, problem.code, vi, en)


def _say_rows(said: str, cases: Sequence[Case], case: Case, word: str) -> str:
    """Return a text that names rows as the workbook numbers them."""

    def number(found: re.Match[str]) -> str:
        place = int(found[2])
        if found[1] == "rows":
            return f"{word} {cases[place].group.first.row}"
        lines = case.group.lines
        return f"{word} {lines[min(place, len(lines) - 1)].row}"

    return re.sub(r"(rows|products)\[(\d+)\]", number, said)
