"""Who comes next: a free booth goes down the line to the first whom no rule keeps from it.

Computed, not solved: first those whom a quota's floor still lacks, then everybody, each in the order of the line.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product


@dataclass(frozen=True)
class Booth:
    booth_code: str
    zone_code: str
    corner: bool
    power: bool
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class Bounds:
    """Bounds on the booths of one group, ``dimension:code``; None is no bound."""

    group: str
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Candidate:
    """Somebody who holds a place or would like one."""

    application_id: str
    booths: int
    points: int
    product_group: str
    groups: tuple[str, ...]
    zone_codes: tuple[str, ...] | None
    corner: bool
    power: bool
    not_beside_group: str | None


@dataclass(frozen=True)
class WhyNot:
    """What keeps somebody from a place, with the facts; the code names the text."""

    code: str
    facts: dict[str, str | int]


@dataclass
class Street:
    """The booths with their holders, and the rules on them; it changes as places are given.

    Attributes:
        keeps_for_floors: while registration is open, booths are kept for floors that are not reached yet.
        compares_points: places were given by points and the draw, not by arrival.
    """

    booths: Mapping[str, Booth]
    target: int
    zone_capacities: Mapping[str, int]
    bounds: Sequence[Bounds]
    regions: Mapping[str, str]
    keeps_for_floors: bool
    compares_points: bool
    holders: dict[str, Candidate] = field(default_factory=dict[str, Candidate])
    held: Counter[str] = field(default_factory=Counter[str])
    in_zone: Counter[str] = field(default_factory=Counter[str])

    @property
    def free(self) -> int:
        return self.target - len(self.holders)

    def give(self, candidate: Candidate, codes: Sequence[str]) -> None:
        for code in codes:
            self.holders[code] = candidate
            self.held.update(candidate.groups)
            self.in_zone[self.booths[code].zone_code] += 1

    def take_back(self, candidate: Candidate) -> None:
        for code in [code for code, holder in self.holders.items() if holder == candidate]:
            del self.holders[code]
            self.held.subtract(candidate.groups)
            self.in_zone[self.booths[code].zone_code] -= 1

    def room_in(self, zone_code: str) -> int:
        """Return how many more booths of a zone may be held, as far as a capacity says."""
        return self.zone_capacities.get(zone_code, len(self.booths)) - self.in_zone[zone_code]

    def lacking(self) -> dict[str, int]:
        """Return by how many booths each floor is not reached."""
        missing = {each.group: (each.floor or 0) - self.held[each.group] for each in self.bounds}
        return {group: number for group, number in missing.items() if number > 0}


def choose_next(street: Street, line: Sequence[Candidate]) -> Iterator[tuple[Candidate, tuple[str, ...]]]:
    """Yield who gets which booths, and give them to them."""
    placed: set[str] = set()
    for wanted_only in (True, False):
        for candidate in line:
            if street.free <= 0:
                return
            is_wanted = not street.lacking().keys().isdisjoint(candidate.groups)
            if candidate.application_id in placed or (wanted_only and not is_wanted):
                continue
            codes = None if why_not(street, candidate) else find_booths(street, candidate)
            if codes:
                street.give(candidate, codes)
                placed.add(candidate.application_id)
                yield candidate, codes


def why_not(street: Street, candidate: Candidate) -> WhyNot | None:
    """Return what keeps a candidate from a place now; None if nothing does."""
    for bounds in street.bounds:
        if bounds.group in candidate.groups and bounds.ceiling is not None:
            held = street.held[bounds.group]
            more = held + candidate.booths - bounds.ceiling
            if more > 0:
                facts: dict[str, str | int] = {"quota": bounds.group, "ceiling": bounds.ceiling, "held": held}
                return WhyNot("quota_full", {**facts, "booths_missing": more})
    if street.free < candidate.booths:
        return WhyNot("no_booth_free", {"booths_missing": candidate.booths - max(street.free, 0)})
    kept = _least_needed(street, candidate) if street.keeps_for_floors else 0
    if street.free - candidate.booths < kept:
        return WhyNot("kept_for_quota", {"booths_kept": kept, "booths_missing": kept - street.free + candidate.booths})
    if find_booths(street, candidate) is None:
        return WhyNot("no_two_together" if candidate.booths > 1 else "no_booth_free", {"booths_missing": 1})
    return None


def explain_wait(street: Street, candidate: Candidate) -> WhyNot:
    """Return the first criterion on which the holders were ahead, and the smallest change that would have helped."""
    reason = why_not(street, candidate) or WhyNot("no_booth_free", {"booths_missing": candidate.booths})
    if reason.code != "no_booth_free" or not street.holders or not street.compares_points:
        return reason
    ahead = [each.points for each in street.holders.values() if not _holds_floor(street, each)]
    last = min(ahead, default=max(each.points for each in street.holders.values()))
    facts: dict[str, str | int] = {"points": candidate.points, "points_of_last": last}
    if candidate.points < last:
        return WhyNot("fewer_points", {**facts, "points_missing": last - candidate.points, **reason.facts})
    if candidate.points == last:
        return WhyNot("drawn_later", {**facts, **reason.facts})
    return WhyNot("kept_for_quota", {**facts, **reason.facts})


def _least_needed(street: Street, candidate: Candidate) -> int:
    """Return how many booths the floors still lack, at least, once this candidate has its place.

    Floors of different provinces add up, those of a province and its region, or of a place and a product, overlap.
    """
    left = {
        group: number - candidate.booths if group in candidate.groups else number
        for group, number in street.lacking().items()
    }
    by_kind: Counter[str] = Counter()
    in_region: Counter[str] = Counter()
    for group, number in left.items():
        dimension, _, code = group.partition(":")
        by_kind["foreign" if group == "country:foreign" else dimension] += max(0, number)
        if dimension == "province":
            in_region[street.regions.get(code, "")] += max(0, number)
    own = {group.removeprefix("region:"): number for group, number in left.items() if group.startswith("region:")}
    at_home = sum(max(in_region[region], own.get(region, 0)) for region in {*in_region, *own})
    places = at_home + max(by_kind["foreign"], by_kind["country"])
    return max(places, by_kind["product_group"], by_kind["vendor_type"])


def find_booths(street: Street, candidate: Candidate) -> tuple[str, ...] | None:
    """Return the free booth, or two neighbours of one zone, that meet most wishes; the lowest code among equals."""
    free = {
        code: booth
        for code, booth in sorted(street.booths.items())
        if code not in street.holders and street.room_in(booth.zone_code) >= candidate.booths
    }
    spots = [(booth,) for booth in free.values()]
    if candidate.booths > 1:
        spots = [
            (booth, free[code])
            for (booth,) in spots
            for code in booth.neighbours
            if booth.booth_code < code and code in free and free[code].zone_code == booth.zone_code
        ]
    codes = [tuple(booth.booth_code for booth in spot) for spot in spots]
    return min(codes, key=lambda spot: (_unmet(street, candidate, spot), spot), default=None)


def _unmet(street: Street, candidate: Candidate, codes: Sequence[str]) -> tuple[bool, bool, bool, bool, bool]:
    """Return which wishes a spot leaves unmet, in their order; last, whether it spends a corner nobody asked for."""
    spot = [street.booths[code] for code in codes]
    corner = any(booth.corner for booth in spot)
    around = {code for booth in spot for code in booth.neighbours}
    near = {street.holders[code].product_group for code in around if code in street.holders}
    return (
        candidate.zone_codes is not None and spot[0].zone_code not in candidate.zone_codes,
        candidate.corner and not corner,
        candidate.power and not any(booth.power for booth in spot),
        candidate.not_beside_group in near,
        corner and not candidate.corner,
    )


def choose_losers(street: Street, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return who gives its place up where fewer booths are left, the first to go first.

    First where a zone has too many, then on the whole street; the lowest first, floors spared if they can be.
    ``ranked`` are the holders, highest first.
    """
    losing: list[Candidate] = []
    for is_over, spares_floors in product((_in_full_zone, _on_full_street), (True, False)):
        for candidate in reversed(ranked):
            spared = spares_floors and _holds_floor(street, candidate)
            if candidate not in losing and not spared and is_over(street, candidate):
                losing.append(candidate)
                street.take_back(candidate)
    return losing


def _in_full_zone(street: Street, candidate: Candidate) -> bool:
    mine = {street.booths[code].zone_code for code, holder in street.holders.items() if holder == candidate}
    return any(street.room_in(zone) < 0 for zone in mine)


def _on_full_street(street: Street, _candidate: Candidate) -> bool:
    return street.free < 0


def _holds_floor(street: Street, candidate: Candidate) -> bool:
    return any(
        bounds.floor
        and bounds.group in candidate.groups
        and street.held[bounds.group] - candidate.booths < bounds.floor
        for bounds in street.bounds
    )
