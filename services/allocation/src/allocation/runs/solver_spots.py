"""Where an application may stand: one booth, or two neighbours of one zone; and the numbers that follow from it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allocation.runs.domain import Booth, RunInput, Wishes


@dataclass(frozen=True, order=True)
class Sort:
    """Spots that differ in their neighbours alone."""

    size: int
    zone_code: str
    corner: bool
    power: bool

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


def read_street(problem: RunInput) -> Street:
    """Return the spots of all zones that may be filled, in order."""
    zones: defaultdict[str, list[Booth]] = defaultdict(list)
    for booth in sorted(problem.booths, key=lambda booth: booth.booth_code):
        zones[booth.zone_code].append(booth)
    room = {code: min(len(found), problem.zone_capacities.get(code, len(found))) for code, found in zones.items()}
    usable = [booth for code, found in sorted(zones.items()) if room[code] for booth in found]
    return Street(tuple(_spot(booths) for booths in [*((booth,) for booth in usable), *_pairs(usable)]), room)


def _pairs(booths: Sequence[Booth]) -> list[tuple[Booth, Booth]]:
    by_code = {booth.booth_code: booth for booth in booths}
    return [
        (booth, by_code[code])
        for booth in booths
        for code in sorted(booth.neighbours)
        if booth.booth_code < code and code in by_code and by_code[code].zone_code == booth.zone_code
    ]


def _spot(booths: tuple[Booth, ...]) -> Spot:
    corner, power = any(booth.corner for booth in booths), any(booth.power for booth in booths)
    return Spot(tuple(booth.booth_code for booth in booths), Sort(len(booths), booths[0].zone_code, corner, power))
