"""Reads rules.toml: the edition's own rules; what they must be like is said by the service that puts them in force."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from allocation.rules.domain import (
    BoundsRule,
    Name,
    PriorityRule,
    RequirementRule,
    ReservationRule,
    RuleSet,
    check_arrival,
    check_rules,
)
from allocation.waiting_lists.packs import known_codes
from common.errors import FieldProblem
from scenario.reading.edition import TomlFile
from scenario.reading.fields import Fields
from scenario.reading.mistakes import Mistakes
from scenario.registers_of_provinces import REGISTERS
from scenario.script.model import Booth, Edition

RULES_FILE = "rules.toml"
MOST_BOOTHS, MOST_POINTS = 100_000, 1000
TABLES = ("bounds", "requirements", "reservations", "priority_classes")
FIRST_COME = "first_come"
Tables = Mapping[str, Sequence[Fields]]


def read_rules(folder: Path, edition: Edition, booths: Sequence[Booth], mistakes: Mistakes) -> RuleSet | None:
    """Return the rules; None where there is no such file, or it cannot be read."""
    if not (folder / RULES_FILE).exists():
        return None
    file = TomlFile(folder, RULES_FILE, mistakes)
    if not file.is_readable:
        return None
    root = file.table((), file.values)
    tables = {name: root_tables(root, file, name) for name in TABLES}
    rules = RuleSet(
        bounds=tuple(map(_read_bounds, tables["bounds"])),
        requirements=tuple(map(_read_requirement, tables["requirements"])),
        reservations=tuple(_read_reservation(each, booths) for each in tables["reservations"]),
        priority_classes=tuple(map(_read_priority, tables["priority_classes"])),
        is_varied=root.flag("is_varied"),
    )
    for fields in (root, *(each for name in TABLES for each in tables[name])):
        fields.refuse_unknown()
    _check(rules, edition, booths, tables)
    return rules


def root_tables(root: Fields, file: TomlFile, name: str) -> list[Fields]:
    """Return the tables of ``[[name]]``; anything else under that name is a mistake."""
    value = root.raw(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
        root.wrong(name, f"viết thành các bảng [[{name}]]", f"write it as tables [[{name}]]")
        return []
    return file.array(name)


def _read_bounds(fields: Fields) -> BoundsRule:
    floor, ceiling = (fields.optional_integer(name, 0, MOST_BOOTHS) for name in ("floor", "ceiling"))
    return BoundsRule(
        group=fields.text("group"),
        floor=None if fields.is_faulty("ceiling") else floor,  # a faulty one is read as 0, which no floor is below
        ceiling=ceiling,
        is_required=fields.flag("is_required"),
        name=_read_name(fields),
    )


def _read_requirement(fields: Fields) -> RequirementRule:
    return RequirementRule(
        code=fields.code("code"),
        groups=_read_groups(fields),
        zone_codes=fields.words("zone_codes") or None,
        power=fields.flag("power"),
        name=_read_name(fields),
    )


def _read_reservation(fields: Fields, booths: Sequence[Booth]) -> ReservationRule:
    """Return a reservation; zones stand for all their booths."""
    zones, named = fields.words("zone_codes"), fields.words("booth_codes")
    built = {booth.zone_code for booth in booths}
    for zone in zones:
        if built and zone not in built:
            fields.wrong("zone_codes", f"sơ đồ không có khu {zone}", f"the plan has no zone {zone}")
    if not zones and not named:
        fields.wrong("booth_codes", "hãy nêu gian hàng hoặc khu (zone_codes)", "name booths, or zones (zone_codes)")
    inside = [booth.code for booth in booths if booth.zone_code in zones]
    return ReservationRule(
        code=fields.code("code"),
        groups=_read_groups(fields),
        booth_codes=tuple(dict.fromkeys([*inside, *named])),
        name=_read_name(fields),
    )


def _read_priority(fields: Fields) -> PriorityRule:
    return PriorityRule(
        code=fields.code("code"),
        groups=_read_groups(fields),
        points=fields.integer("points", 1, MOST_POINTS),
        name=_read_name(fields),
    )


def _read_groups(fields: Fields) -> tuple[str, ...]:
    groups = fields.words("groups")
    if not groups and not fields.is_faulty("groups"):
        fields.wrong("groups", 'thiếu; ví dụ ["province:01"]', 'is missing; an example: ["province:01"]')
    return groups


def _read_name(fields: Fields) -> Name:
    table = fields.table("name")
    return Name(table.text("vi"), table.text("en"))


def _check(rules: RuleSet, edition: Edition, booths: Sequence[Booth], tables: Tables) -> None:
    """Note what the service would refuse; of a faulty field nothing more is said."""
    if edition.province_register not in REGISTERS:
        return
    zones, codes = {booth.zone_code for booth in booths}, {booth.code for booth in booths}
    problems: Iterator[FieldProblem] = check_rules(rules, zones, codes, known_codes(edition.province_register))
    for problem in (*problems, *(check_arrival(rules) if edition.allocation_policy == FIRST_COME else ())):
        _note(problem, tables)


def _note(problem: FieldProblem, tables: Tables) -> None:
    """Note a problem that the service names as ``requirements[1].groups[0]``, or ``requirements[1]`` as a whole."""
    found = re.fullmatch(r"(\w+)\[(\d+)\](?:\.(\w+))?.*", problem.field)
    if found is None:
        raise ValueError(f"no row in {problem.field}")
    fields, name = tables[found[1]][int(found[2])], found[3] or "code"
    if not fields.is_faulty(name):
        fields.wrong(name, problem.vi, problem.en)
