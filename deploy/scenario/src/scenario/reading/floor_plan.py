"""Reads floor_plan.csv; what a plan must be like is said by the service that publishes it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from allocation.floor_plans.domain import BoothDraft, Zone, check_plan
from scenario.reading.fields import Fields, say_lines
from scenario.reading.mistakes import Mistakes, place_of
from scenario.reading.tables import read_lines
from scenario.script.model import Booth, Edition

T = TypeVar("T")

PLAN_COLUMNS = ("booth_code", "zone_code", "area_m2", "corner", "power_sockets", "x", "y", "neighbours")


def read_floor_plan(folder: Path, edition: Edition, mistakes: Mistakes) -> tuple[Booth, ...]:
    """Return the booths in the order of the file."""
    rows = read_lines(folder, "floor_plan.csv", PLAN_COLUMNS, mistakes)
    if rows is None:
        return ()
    booths = [_read_booth(row) for row in rows]
    _check(rows, booths, edition)
    if len(booths) < edition.booth_target:
        vi = f"có {len(booths)} gian hàng, edition.toml cần {edition.booth_target}"
        en = f"has {len(booths)} booths, edition.toml asks for {edition.booth_target}"
        mistakes.add("floor_plan.csv", 0, "booth_code", vi, en)
    return tuple(booths)


def _read_booth(row: Fields) -> Booth:
    return Booth(
        code=row.code("booth_code"),
        zone_code=row.code("zone_code"),
        area_m2=row.number("area_m2", 1, 1000),
        corner=row.flag("corner"),
        power_sockets=row.integer("power_sockets", 0, 50),
        x=row.number("x", 0, 10_000),
        y=row.number("y", 0, 10_000),
        neighbours=row.words("neighbours"),
    )


def _check(rows: Sequence[Fields], booths: Sequence[Booth], edition: Edition) -> None:
    """Note what the service would refuse: twice the same code or spot, unknown zones and neighbours.

    Of a faulty field nothing more is said, nor what its mending may yet put right.
    """
    zones = [Zone(zone.code, zone.name.vi, zone.name.en, zone.kind) for zone in edition.zones]
    drafts = [_to_draft(row, booth) for row, booth in zip(rows, booths, strict=True)]
    for problem in check_plan(zones, drafts, held=()):
        place, name = place_of(problem)
        rows[place].wrong(name, say_lines(problem.vi, rows), say_lines(problem.en, rows))


def _to_draft(row: Fields, booth: Booth) -> BoothDraft:
    """Return a booth as the service checks it, with None where a field is faulty."""

    def read(name: str, value: T) -> T | None:
        return None if row.is_faulty(name) else value

    return BoothDraft(
        booth_code=read("booth_code", booth.code),
        zone_code=read("zone_code", booth.zone_code),
        area_m2=read("area_m2", booth.area_m2),
        power_sockets=read("power_sockets", booth.power_sockets),
        x=read("x", booth.x),
        y=read("y", booth.y),
        neighbours=read("neighbours", booth.neighbours),
    )
