"""Parts of a street that share neither an applicant nor neighbours: what is best in each of them is best in all."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from allocation.grounds.domain import Applicant, RunInput
from allocation.runs.domain import Objective
from allocation.runs.solver_sorts import Search
from allocation.spots.domain import Sort, Street, fits

ZONE_WISHES = "wishes_zone_unmet"


def split(search: Search, reached: Sequence[Objective]) -> list[Search]:
    """Return the parts of a search of which it is known how far wishes for zones can be met.

    Who can stand in two zones, or stands beside another zone, makes one part of them; so rules that keep each to its zone
    make many small searches of a large one. What is not proven is not split.
    """
    if any(each.value != each.bound for each in reached):
        return [search]
    is_met = all(each.value == 0 for each in reached if each.name == ZONE_WISHES)
    reach = {kind: frozenset(_reach(search, members[0], is_met=is_met)) for kind, members in search.kinds.items()}
    parts = zones_apart(search.problem, reach.values())
    if len(parts) == 1:
        return [search]
    return [_part(search, zones, [kind for kind, found in reach.items() if found & zones]) for zones in parts]


def zones_apart(problem: RunInput, shared: Iterable[Collection[str]] = ()) -> list[frozenset[str]]:
    """Return the zones by whether any booth of one is beside a booth of the other, or they are ``shared``."""
    zone_of = {booth.booth_code: booth.zone_code for booth in problem.booths}
    together = {zone: frozenset((zone,)) for zone in sorted(set(zone_of.values()))}
    beside = ((zone_of[code], each.zone_code) for each in problem.booths for code in each.neighbours if code in zone_of)
    for zones in (*beside, *shared):
        joined = frozenset[str]().union(*(together[zone] for zone in zones))
        together |= dict.fromkeys(joined, joined)
    return sorted(set(together.values()), key=min)


def _reach(search: Search, pattern: Applicant, *, is_met: bool) -> Iterator[str]:
    """Yield the zones in which a kind can stand; only those it wishes for where all such wishes are met."""
    sorts: Iterable[Sort] = {each.sort for each in search.street.of_size(pattern.booths)}
    for sort in sorts:
        if fits(search.problem, pattern, sort) and not (is_met and sort.misses_zone(pattern.wishes)):
            yield sort.zone_code


def _part(search: Search, zones: frozenset[str], kinds: Collection[str]) -> Search:
    spots = tuple(spot for spot in search.street.spots if spot.sort.zone_code in zones)
    booths = tuple(booth for booth in search.problem.booths if booth.zone_code in zones)
    return replace(
        search,
        problem=replace(search.problem, booths=booths),
        street=Street(spots, {zone: room for zone, room in search.street.room.items() if zone in zones}),
        kinds={kind: search.kinds[kind] for kind in kinds},
        least_held={zone: least for zone, least in search.least_held.items() if zone in zones},
    )
