"""Which booths are kept for floors that are not reached yet: as many, and such on which their groups may stand.

A booth that is reserved for others, or that a rule keeps from a group, does not serve the group's floor. Of who may still
come only its group is known, so only what names that group opens a reserved booth to it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from allocation.floors.flows import most_served
from allocation.grounds.domain import ZONE, Applicant, Wishes
from allocation.spots.domain import Sort, broken_rules
from allocation.streets.domain import Street

NO_WISHES = Wishes(None, corner=False, power=False, not_beside_group=None)
FOREIGN, VIETNAM = "country:foreign", "country:VN"


@dataclass(frozen=True)
class Demand:
    """Booths that members of all these groups lack; the first group is the one whose floor it is."""

    number: int
    groups: tuple[str, ...]


def count_kept(street: Street, candidate: Applicant) -> int:
    """Return how many booths floors still lack, at least, once this candidate has its place."""
    wanted = _demands(street, _left_by(candidate, _missing(street, candidate)))
    return max((_count(each) for each in wanted.values()), default=0)


def count_short(street: Street, candidate: Applicant, codes: Collection[str] = ()) -> int:
    """Return how many booths floors would lack for good if a candidate got these booths, or any; 0 if it takes none away.

    A floor that cannot be reached anyway keeps no booth from anybody: counted is only what this place would take from it.
    """
    missing = _missing(street, candidate)
    if not missing:
        return 0
    mine, kinds = tuple(group for group in missing if group in candidate.groups), tuple(map(street.kinds.get, codes))
    asked = (mine, candidate.booths, kinds, None if street.keeps_for_floors else candidate.application_id)
    if asked not in street.counted:
        street.counted[asked] = _count_short(street, candidate, codes, missing)
    return street.counted[asked]


def _count_short(street: Street, candidate: Applicant, codes: Collection[str], missing: Mapping[str, int]) -> int:
    before, after = _demands(street, missing), _demands(street, _left_by(candidate, missing))
    short = 0
    for kind, wanted in before.items():
        served = _serve(street, wanted, street.free)
        left = _serve(street, after[kind], street.free - candidate.booths, codes, but=candidate)
        if left + _count(wanted) - _count(after[kind]) < served:
            short = max(short, _count(after[kind]) - left)
    return short


def _missing(street: Street, candidate: Applicant) -> Mapping[str, int]:
    """Return for which groups booths are kept: every floor while applications come, later those required and waited for."""
    if street.keeps_for_floors:
        return {group: number for group, number in street.lacking().items() if not group.startswith(ZONE)}
    missing = street.lacking_required()
    return {group: min(number, _asked(street, group, candidate)) for group, number in missing.items()}


def _asked(street: Street, group: str, candidate: Applicant) -> int:
    """Return the booths that those of a group wait for whom no rule keeps out for good."""
    return sum(
        each.booths
        for each in _waiting(street, group)
        if each == candidate or (street.full_for(each) is None and _may_ever(street, each))
    )


def _waiting(street: Street, group: str) -> Iterator[Applicant]:
    placed = {each.application_id for each in street.holders.values()}
    return (each for each in street.line if group in each.groups and each.application_id not in placed)


def _may_ever(street: Street, candidate: Applicant) -> bool:
    sorts = {spot.sort for spot in street.plan.of_size(candidate.booths)}
    return any(not broken_rules(street.given, candidate, sort) for sort in sorts)


def _left_by(candidate: Applicant, missing: Mapping[str, int]) -> Mapping[str, int]:
    return {
        group: max(0, number - candidate.booths) if group in candidate.groups else number
        for group, number in missing.items()
    }


def _count(demands: Sequence[Demand]) -> int:
    return sum(each.number for each in demands)


def _demands(street: Street, missing: Mapping[str, int]) -> Mapping[str, Sequence[Demand]]:
    """Return what floors lack, by kind: within one kind it adds up, between kinds one booth may serve several.

    Floors of different provinces add up, those of a province and its region, or of a place and a product, overlap.
    """
    found: defaultdict[str, list[Demand]] = defaultdict(list)
    in_region: Counter[str] = Counter()
    abroad = 0
    for group, number in missing.items():
        dimension, _, code = group.partition(":")
        if dimension == "province":
            region = f"region:{street.regions.get(code, '')}"
            in_region[region] += number
            found["places"].append(Demand(number, (group, region, VIETNAM)))
        elif dimension == "country" and group not in {FOREIGN, VIETNAM}:
            abroad += number
            found["places"].append(Demand(number, (group, FOREIGN)))
        elif dimension not in {"region", "country"}:
            found[dimension].append(Demand(number, (group,)))
    for group, number in missing.items():
        if group.startswith("region:"):
            found["places"].append(Demand(max(0, number - in_region[group]), (group, VIETNAM)))
    at_home = sum(each.number for each in found["places"] if VIETNAM in each.groups)
    found["places"].append(Demand(max(0, missing.get(VIETNAM, 0) - at_home), (VIETNAM,)))
    found["places"].append(Demand(max(0, missing.get(FOREIGN, 0) - abroad), (FOREIGN,)))
    return found


def _serve(
    street: Street, demands: Sequence[Demand], free: int, codes: Collection[str] = (), but: Applicant | None = None
) -> int:
    """Return how many booths of some demands the free booths could serve, without those that are taken."""
    kinds = Counter(kind for code, kind in street.kinds.items() if code not in street.holders and code not in codes)
    zones = Counter(street.booths[code].zone_code for code in codes)
    room = {kind.zone_code: street.room_in(kind.zone_code) - zones[kind.zone_code] for kind in kinds}
    wanted = [(each.number, _open_kinds(street, each, kinds, but)) for each in demands if each.number]
    return most_served(wanted, kinds, {kind: kind.zone_code for kind in kinds}, room, free)


def _open_kinds(street: Street, demand: Demand, kinds: Collection[Sort], but: Applicant | None) -> frozenset[Sort]:
    """Return the kinds of booths on which whom a demand is for may stand: somebody who may still come, or who waits."""
    if street.keeps_for_floors:
        if demand.groups not in street.opened:
            street.opened[demand.groups] = _open_to(street, [_unknown(street, demand)], {*street.kinds.values()})
        return street.opened[demand.groups].intersection(kinds)
    return _open_to(street, [each for each in _waiting(street, demand.groups[0]) if each != but], kinds)


def _open_to(street: Street, members: Collection[Applicant], kinds: Collection[Sort]) -> frozenset[Sort]:
    return frozenset(kind for kind in kinds if any(not broken_rules(street.given, each, kind) for each in members))


def _unknown(street: Street, demand: Demand) -> Applicant:
    """Return an applicant of whom no more is known than the groups of a demand."""
    rules, groups = street.given.rules, set(demand.groups)
    return Applicant(
        application_id="",
        key="",
        booths=1,
        points=0,
        product_group="",
        groups=demand.groups,
        wishes=NO_WISHES,
        needs=tuple(each.code for each in rules.requirements if groups & set(each.groups)),
        entitled=tuple(each.code for each in rules.reservations if groups & set(each.groups)),
    )
