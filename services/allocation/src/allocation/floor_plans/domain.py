"""Whether a plan is right, and which booths are neighbours."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from uuid import UUID

from common.errors import FieldProblem

MOST_AREA = 10_000
MOST_METRES = 10_000
MOST_SOCKETS = 100
REACH = 1.25
"""Booths stand side by side if their middles are at most this many booth widths apart; a passage is wider."""


@dataclass(frozen=True)
class Zone:
    zone_code: str
    name_vi: str
    name_en: str | None
    kind: str


@dataclass(frozen=True)
class PlannedBooth:
    """A booth of a plan; ``x`` and ``y`` in metres from the plan's corner, neighbours None where the plan tells none."""

    booth_code: str
    zone_code: str
    area_m2: float
    corner: bool
    power_sockets: int
    x: float
    y: float
    neighbours: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ZoneDraft:
    """A zone as posted; None is a code that could not be read."""

    zone_code: str | None


@dataclass(frozen=True)
class BoothDraft:
    """A booth as posted; None is what could not be read, or neighbours that are not told."""

    booth_code: str | None = None
    zone_code: str | None = None
    area_m2: float | None = None
    power_sockets: int | None = None
    x: float | None = None
    y: float | None = None
    neighbours: tuple[str | None, ...] | None = None


@dataclass(frozen=True)
class PlanDraft:
    """A plan of which a part could not be read, and what is wrong with that part."""

    zones: tuple[ZoneDraft, ...]
    booths: tuple[BoothDraft, ...]
    wrong: tuple[FieldProblem, ...]


@dataclass(frozen=True)
class FloorPlan:
    """A version of a plan, with the neighbours of each booth both ways."""

    floor_plan_id: UUID
    edition_id: UUID
    version: int
    zones: tuple[Zone, ...]
    booths: tuple[PlannedBooth, ...]


def check_plan(
    zones: Sequence[Zone | ZoneDraft], booths: Sequence[PlannedBooth | BoothDraft], held: Collection[str]
) -> Iterator[FieldProblem]:
    """Name every mistake of a plan by its row; ``held`` are booths with a holder, which a new version must keep.

    Of a draft nothing is said that what could not be read may yet put right.
    """
    zone_codes, codes = [zone.zone_code for zone in zones], [booth.booth_code for booth in booths]
    yield from _twice(zone_codes, "zones", "zone_code")
    yield from _twice(codes, "booths", "booth_code")
    yield from _on_one_spot(booths)
    for row, booth in enumerate(booths):
        yield from _out_of_bounds(row, booth)
        if None not in zone_codes and booth.zone_code is not None and booth.zone_code not in zone_codes:
            yield FieldProblem(
                f"booths[{row}].zone_code",
                "unknown_zone",
                f"Không có khu {booth.zone_code} trong sơ đồ.",
                f"The plan has no zone {booth.zone_code}.",
            )
    yield from _unknown_neighbours(booths, {*codes})
    for code in sorted(set(held) - set(codes)) if None not in codes else ():
        yield FieldProblem(
            "booths",
            "held_booth_missing",
            f"Gian {code} đã có chủ thể; sơ đồ mới phải giữ gian này.",
            f"Booth {code} has a holder; a new plan must keep it.",
        )


def _unknown_neighbours(
    booths: Sequence[PlannedBooth | BoothDraft], codes: Collection[str | None]
) -> Iterator[FieldProblem]:
    for row, booth in enumerate(booths):
        for place, code in enumerate(booth.neighbours or ()):
            is_unknown = code is not None and None not in codes and code not in codes
            if is_unknown or (code is not None and code == booth.booth_code):
                yield FieldProblem(
                    f"booths[{row}].neighbours[{place}]",
                    "unknown_neighbour",
                    f"Gian {code} không có trong sơ đồ hoặc là chính gian này.",
                    f"The plan has no other booth {code}.",
                )


def _out_of_bounds(row: int, booth: PlannedBooth | BoothDraft) -> Iterator[FieldProblem]:
    at_most = {"area_m2": MOST_AREA, "power_sockets": MOST_SOCKETS, "x": MOST_METRES, "y": MOST_METRES}
    for name, most in at_most.items():
        value: float | None = getattr(booth, name)
        field = f"booths[{row}].{name}"
        if value is None:
            continue
        if value > most:
            yield FieldProblem(field, "less_than_equal", f"Phải nhỏ hơn hoặc bằng {most}.", f"Must be at most {most}.")
        elif name == "area_m2" and value <= 0:
            yield FieldProblem(field, "greater_than", "Phải lớn hơn 0.", "Must be greater than 0.")
        elif value < 0:
            yield FieldProblem(field, "greater_than_equal", "Phải lớn hơn hoặc bằng 0.", "Must be at least 0.")


def _twice(codes: Sequence[str | None], table: str, field: str) -> Iterator[FieldProblem]:
    first: dict[str | None, int] = {}
    for row, code in enumerate(codes):
        before = first.setdefault(code, row)
        if before != row and code is not None:
            yield FieldProblem(
                f"{table}[{row}].{field}",
                "code_twice",
                f"Mã {code} trùng với {table}[{before}].",
                f"The code {code} is that of {table}[{before}].",
            )


def _on_one_spot(booths: Sequence[PlannedBooth | BoothDraft]) -> Iterator[FieldProblem]:
    first: dict[tuple[float | None, float | None], int] = {}
    for row, booth in enumerate(booths):
        before = first.setdefault((booth.x, booth.y), row)
        if before != row and booth.x is not None and booth.y is not None:
            yield FieldProblem(
                f"booths[{row}].x", "spot_twice", f"Cùng chỗ với booths[{before}].", f"Where booths[{before}] is."
            )


def join_neighbours(booths: Sequence[PlannedBooth]) -> tuple[PlannedBooth, ...]:
    """Return the booths with their neighbours, both ways: those told, else those side by side on the plan."""
    pairs: set[tuple[str, str]] = set()
    tells = any(booth.neighbours is not None for booth in booths)
    for booth in booths:
        near = booth.neighbours or () if tells else _side_by_side(booth, booths)
        pairs |= {(booth.booth_code, code) for code in near} | {(code, booth.booth_code) for code in near}
    return tuple(
        replace(booth, neighbours=tuple(sorted(code for mine, code in pairs if mine == booth.booth_code)))
        for booth in booths
    )


def _side_by_side(booth: PlannedBooth, booths: Sequence[PlannedBooth]) -> list[str]:
    width = sqrt(booth.area_m2)
    return [
        other.booth_code
        for other in booths
        if other is not booth
        and min(abs(other.x - booth.x), abs(other.y - booth.y)) < width / 4
        and max(abs(other.x - booth.x), abs(other.y - booth.y)) <= width * REACH
    ]


def count_by_zone(booths: Sequence[PlannedBooth]) -> Counter[str]:
    return Counter(booth.zone_code for booth in booths)


@dataclass(frozen=True)
class PlanChange:
    """A booth that differs between two versions: ``added``, ``removed``, or ``changed`` with what was and what is."""

    booth_code: str
    kind: str
    fields: dict[str, tuple[object, object]]


COMPARED = ("zone_code", "area_m2", "corner", "power_sockets", "x", "y", "neighbours")


def compare_plans(before: FloorPlan, after: FloorPlan) -> list[PlanChange]:
    """Return which booths two versions of a plan differ in, by code."""
    old = {booth.booth_code: booth for booth in before.booths}
    new = {booth.booth_code: booth for booth in after.booths}
    changes = [PlanChange(code, "added", {}) for code in new.keys() - old.keys()]
    changes += [PlanChange(code, "removed", {}) for code in old.keys() - new.keys()]
    for code in old.keys() & new.keys():
        pairs = {name: (getattr(old[code], name), getattr(new[code], name)) for name in COMPARED}
        fields = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        if fields:
            changes.append(PlanChange(code, "changed", fields))
    return sorted(changes, key=lambda each: each.booth_code)
