"""Reads floor_plan.csv; what a plan must be like is said by the service that publishes it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from allocation.floor_plans.domain import PlannedBooth, Zone, check_plan
from scenario.fields import Fields, say_lines
from scenario.mistakes import Mistakes, place_of
from scenario.model import Booth, Edition
from scenario.read_tables import read_lines

PLAN_COLUMNS = ("booth_code", "zone_code", "area_m2", "corner", "power_sockets", "x", "y", "neighbours")


def read_floor_plan(folder: Path, edition: Edition, mistakes: Mistakes) -> tuple[Booth, ...]:
    """Return the booths in the order of the file."""
    rows = read_lines(folder, "floor_plan.csv", PLAN_COLUMNS, mistakes)
    if rows is None:
        return ()
    booths: list[Booth] = []
    faulty: set[int] = set()
    for place, row in enumerate(rows):
        before = mistakes.count()
        booths.append(_read_booth(row))
        if mistakes.count() > before:
            faulty.add(place)
    _check(rows, booths, faulty, edition)
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


def _check(rows: Sequence[Fields], booths: Sequence[Booth], faulty: Collection[int], edition: Edition) -> None:
    """Note what the service would refuse: twice the same code or spot, unknown zones and neighbours.

    A faulty row is looked at no further; it stands aside of the street, so that it shares no spot.
    """
    zones = {zone.code: Zone(zone.code, zone.name.vi, zone.name.en, zone.kind) for zone in edition.zones}
    planned = [
        PlannedBooth(
            booth_code=booth.code,
            zone_code=booth.zone_code,
            area_m2=booth.area_m2,
            corner=booth.corner,
            power_sockets=booth.power_sockets,
            x=-1 - place if place in faulty else booth.x,
            y=booth.y,
            neighbours=booth.neighbours,
        )
        for place, booth in enumerate(booths)
    ]
    for problem in check_plan(tuple(zones.values()), planned, held=()):
        place, name = place_of(problem)
        if place not in faulty:
            rows[place].wrong(name, say_lines(problem.vi, rows), say_lines(problem.en, rows))
