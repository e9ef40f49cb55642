"""Where an application may stand: one booth, or two neighbours of one zone; and the numbers that follow from it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from allocation.grounds.domain import ZONE, Applicant, Booth, RunInput, Wishes


@dataclass(frozen=True, order=True)
class Sort:
    """Spots that differ in their neighbours alone; ``reserved`` are the reservations that keep others from them.

    ``pinned`` are those of their booths that the committee names, so that each of these is a sort of its own.
    """

    size: int
    zone_code: str
    corner: bool
    power: bool
    reserved: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the sort's name in the draw, apart from its size."""
        return (self.zone_code, f"{self.corner:d}{self.power:d}", *self.reserved, *self.pinned)

    def misses_zone(self, wishes: Wishes) -> bool:
        return wishes.zone_codes is not None and self.zone_code not in wishes.zone_codes

    def misses_corner(self, wishes: Wishes) -> bool:
        return wishes.corner and not self.corner

    def misses_power(self, wishes: Wishes) -> bool:
        return wishes.power and not self.power


@dataclass(frozen=True)
class Spot:
    """One booth or two neighbours."""

    codes: tuple[str, ...]
    sort: Sort


@dataclass(frozen=True)
class Street:
    """The spots of a plan and how many booths of each zone may be held."""

    spots: tuple[Spot, ...]
    room: Mapping[str, int]

    def of_size(self, size: int) -> list[Spot]:
        return [spot for spot in self.spots if spot.sort.size == size]


def read_street(problem: RunInput, *, is_coarse: bool = False) -> Street:
    """Return the spots of all zones that may be filled, in order.

    ``is_coarse`` tells sorts apart only by what a hard rule asks of them, which is enough for who gets a place.
    """
    zones: defaultdict[str, list[Booth]] = defaultdict(list)
    for booth in sorted(problem.booths, key=lambda booth: booth.booth_code):
        zones[booth.zone_code].append(booth)
    room = {code: min(len(found), problem.zone_capacities.get(code, len(found))) for code, found in zones.items()}
    for bounds in problem.bounds:
        zone = bounds.group.removeprefix(ZONE)
        if bounds.group.startswith(ZONE) and zone in room and bounds.ceiling is not None:
            room[zone] = min(room[zone], bounds.ceiling)
    reserved, pinned = _read_reserved(problem), problem.pinned_booths
    kept = [booth for code, found in sorted(zones.items()) if room[code] for booth in found]
    if is_coarse:
        counts = any(each.power for each in problem.rules.requirements)
        kept = [replace(booth, corner=False, power=booth.power and counts) for booth in kept]
    spots = [_spot(booths, reserved, pinned) for booths in [*((booth,) for booth in kept), *_pairs(kept)]]
    return Street(tuple(spots), room)


def broken_rules(problem: RunInput, applicant: Applicant, sort: Sort) -> list[str]:
    """Return the hard rules, as ``kind:code``, that keep an applicant from spots of a sort."""
    broken = [f"reservation:{code}" for code in sort.reserved if code not in applicant.entitled]
    for each in problem.rules.requirements:
        is_apart = each.zone_codes is not None and sort.zone_code not in each.zone_codes
        if each.code in applicant.needs and (is_apart or (each.power and not sort.power)):
            broken.append(f"requirement:{each.code}")
    for rule, target, code in applicant.words_on:
        here = {"booth": code in sort.pinned, "zone": code == sort.zone_code, "place": True}
        if here[target] is (rule == "forbid"):
            broken.append(f"{rule}:{target}:{code}")
    return broken


def fits(problem: RunInput, applicant: Applicant, sort: Sort) -> bool:
    """Tell whether hard rules let an applicant stand on spots of a sort."""
    return not broken_rules(problem, applicant, sort)


def sort_of(problem: RunInput, codes: Collection[str]) -> Sort:
    """Return the sort of some booths of the plan that one applicant holds."""
    booths = tuple(booth for booth in problem.booths if booth.booth_code in codes)
    return _spot(booths, _read_reserved(problem), problem.pinned_booths).sort


def _read_reserved(problem: RunInput) -> Mapping[str, set[str]]:
    reserved: defaultdict[str, set[str]] = defaultdict(set)
    for each in problem.rules.reservations:
        for code in each.booth_codes:
            reserved[code].add(each.code)
    return reserved


def _pairs(booths: Sequence[Booth]) -> list[tuple[Booth, Booth]]:
    by_code = {booth.booth_code: booth for booth in booths}
    return [
        (booth, by_code[code])
        for booth in booths
        for code in sorted(booth.neighbours)
        if booth.booth_code < code and code in by_code and by_code[code].zone_code == booth.zone_code
    ]


def _spot(booths: tuple[Booth, ...], reserved: Mapping[str, set[str]], pinned: Collection[str]) -> Spot:
    codes = tuple(booth.booth_code for booth in booths)
    corner, power = any(booth.corner for booth in booths), any(booth.power for booth in booths)
    keepers = tuple(sorted({name for code in codes for name in reserved.get(code, ())}))
    named = tuple(sorted(code for code in codes if code in pinned))
    return Spot(codes, Sort(len(booths), booths[0].zone_code, corner, power, keepers, named))
