"""Who comes next: a free booth goes down the line to the first whom no rule keeps from it.

Computed, not solved: first those whom a quota's floor still lacks, then everybody, each in the order of the line.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from allocation.grounds.domain import ZONE, Applicant, Booth, RunInput
from allocation.spots.domain import Spot, broken_rules, read_street
from allocation.spots.domain import Street as Plan

WORDS = ("pin:", "forbid:")  # rules that are a word of the committee on one application


@dataclass(frozen=True)
class WhyNot:
    """What keeps somebody from a place, with the facts; the code names the text."""

    code: str
    facts: dict[str, str | int]


@dataclass
class Street:
    """The booths with their holders, and the rules on them; it changes as places are given.

    Attributes:
        given: the booths and every hard rule, with what the committee said among the applicants' needs.
        keeps_for_floors: while registration is open, booths are kept for floors that are not reached yet.
        compares_points: places were given by points and the draw, not by arrival.
        line: who waits; booths are kept for required floors as far as they wait for them.
    """

    given: RunInput
    regions: Mapping[str, str]
    keeps_for_floors: bool
    compares_points: bool
    line: Sequence[Applicant] = ()
    holders: dict[str, Applicant] = field(default_factory=dict[str, Applicant])
    held: Counter[str] = field(default_factory=Counter[str])

    @cached_property
    def booths(self) -> Mapping[str, Booth]:
        return {each.booth_code: each for each in self.given.booths}

    @cached_property
    def plan(self) -> Plan:
        return read_street(self.given)

    @property
    def free(self) -> int:
        return min(self.given.target, len(self.booths)) - len(self.holders)

    def give(self, candidate: Applicant, codes: Sequence[str]) -> None:
        for code in codes:
            self.holders[code] = candidate
            self.held.update((*candidate.groups, f"{ZONE}{self.booths[code].zone_code}"))

    def take_back(self, candidate: Applicant) -> None:
        for code in [code for code, holder in self.holders.items() if holder == candidate]:
            del self.holders[code]
            self.held.subtract((*candidate.groups, f"{ZONE}{self.booths[code].zone_code}"))

    def room_in(self, zone_code: str) -> int:
        """Return how many more booths of a zone may be held, as far as a capacity or a ceiling says."""
        return self.plan.room[zone_code] - self.held[f"{ZONE}{zone_code}"]

    def lacking(self) -> dict[str, int]:
        """Return by how many booths each floor is not reached."""
        missing = {each.group: (each.floor or 0) - self.held[each.group] for each in self.given.bounds}
        return {group: number for group, number in missing.items() if number > 0}

    def lacking_required(self) -> dict[str, int]:
        """Return by how many booths each floor is not reached that is a hard rule."""
        required = self.given.rules.required_floors
        return {group: number for group, number in self.lacking().items() if group in required}

    def is_free(self, spot: Spot) -> bool:
        return self.holders.keys().isdisjoint(spot.codes) and self.room_in(spot.sort.zone_code) >= spot.sort.size


def choose_next(street: Street, line: Sequence[Applicant]) -> Iterator[tuple[Applicant, tuple[str, ...]]]:
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


def why_not(street: Street, candidate: Applicant) -> WhyNot | None:
    """Return what keeps a candidate from a place now; None if nothing does."""
    if (full := _full_quota(street, candidate)) is not None:
        return full
    if street.free < candidate.booths:
        return WhyNot("no_booth_free", {"booths_missing": candidate.booths - max(street.free, 0)})
    kept = _least_needed(street, candidate, _kept_for(street, candidate))
    if street.free - candidate.booths < kept:
        return WhyNot("kept_for_quota", {"booths_kept": kept, "booths_missing": kept - street.free + candidate.booths})
    if find_booths(street, candidate) is None:
        broken = rules_in_the_way(street, candidate)
        if broken:
            is_said = all(each.startswith(WORDS) for each in broken)
            return WhyNot("committee_decided", {}) if is_said else WhyNot("against_rules", {"rules": " ".join(broken)})
        return WhyNot("no_two_together" if candidate.booths > 1 else "no_booth_free", {"booths_missing": 1})
    return None


def _full_quota(street: Street, candidate: Applicant) -> WhyNot | None:
    for bounds in street.given.bounds:
        if bounds.group in candidate.groups and bounds.ceiling is not None:
            held = street.held[bounds.group]
            more = held + candidate.booths - bounds.ceiling
            if more > 0:
                facts: dict[str, str | int] = {"quota": bounds.group, "ceiling": bounds.ceiling, "held": held}
                return WhyNot("quota_full", {**facts, "booths_missing": more})
    return None


def rules_in_the_way(street: Street, candidate: Applicant) -> list[str]:
    """Return the hard rules, as ``kind:code``, that keep a candidate from the spots that are free."""
    free = [spot.sort for spot in street.plan.of_size(candidate.booths) if street.is_free(spot)]
    return sorted({rule for sort in set(free) for rule in broken_rules(street.given, candidate, sort)})


def explain_wait(street: Street, candidate: Applicant) -> WhyNot:
    """Return the first criterion on which the holders were ahead, and the smallest change that would have helped."""
    reason = why_not(street, candidate) or WhyNot("no_booth_free", {"booths_missing": candidate.booths})
    if reason.code != "no_booth_free" or not street.holders or not street.compares_points:
        return reason
    floors = [each.group for each in street.given.bounds]
    ahead = [each.points for each in street.holders.values() if not _holds_floor(street, each, floors)]
    last = min(ahead, default=max(each.points for each in street.holders.values()))
    facts: dict[str, str | int] = {"points": candidate.points, "points_of_last": last}
    if candidate.points < last:
        return WhyNot("fewer_points", {**facts, "points_missing": last - candidate.points, **reason.facts})
    if candidate.points == last:
        return WhyNot("drawn_later", {**facts, **reason.facts})
    return WhyNot("kept_for_quota", {**facts, **reason.facts})


def _kept_for(street: Street, candidate: Applicant) -> Mapping[str, int]:
    """Return for which groups booths are kept: every floor while applications come, later those required and waited for."""
    if street.keeps_for_floors:
        return street.lacking()
    missing = street.lacking_required()
    return {group: min(number, _asked(street, group, candidate)) for group, number in missing.items()}


def _asked(street: Street, group: str, candidate: Applicant) -> int:
    """Return the booths that those of a group wait for whom no rule keeps out for good."""
    placed = {each.application_id for each in street.holders.values()}
    return sum(
        each.booths
        for each in street.line
        if group in each.groups
        and each.application_id not in placed
        and (each == candidate or (_full_quota(street, each) is None and _may_ever(street, each)))
    )


def _may_ever(street: Street, candidate: Applicant) -> bool:
    sorts = {spot.sort for spot in street.plan.of_size(candidate.booths)}
    return any(not broken_rules(street.given, candidate, sort) for sort in sorts)


def _least_needed(street: Street, candidate: Applicant, missing: Mapping[str, int]) -> int:
    """Return how many booths floors still lack, at least, once this candidate has its place.

    Floors of different provinces add up, those of a province and its region, or of a place and a product, overlap.
    """
    left = {
        group: number - candidate.booths if group in candidate.groups else number for group, number in missing.items()
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
    others = by_kind.keys() - {"foreign", "country", "province", "region"}
    return max(places, *(by_kind[each] for each in others), 0)


def find_booths(street: Street, candidate: Applicant) -> tuple[str, ...] | None:
    """Return the free booth, or two neighbours of one zone, that meet most wishes; the lowest code among equals.

    Only where hard rules let the candidate stand; first where a required floor of a zone is not reached.
    """
    spots = [
        spot
        for spot in street.plan.of_size(candidate.booths)
        if street.is_free(spot) and not broken_rules(street.given, candidate, spot.sort)
    ]
    lacking = {group for group in street.lacking_required() if group.startswith(ZONE)}
    order = ((f"{ZONE}{spot.sort.zone_code}" not in lacking, _unmet(street, candidate, spot), spot) for spot in spots)
    best = min(order, key=lambda each: (each[0], each[1], each[2].codes), default=None)
    return None if best is None else best[2].codes


def _unmet(street: Street, candidate: Applicant, spot: Spot) -> tuple[bool, ...]:
    """Return which wishes a spot leaves unmet, in their order, and what else speaks against it.

    That is: neighbours of its own product group where they are to be varied; a booth open to others where one is reserved;
    a corner nobody asked for.
    """
    wishes, sort = candidate.wishes, spot.sort
    around = {code for each in spot.codes for code in street.booths[each].neighbours}
    near = {street.holders[code].product_group for code in around if code in street.holders}
    return (
        sort.misses_zone(wishes),
        sort.misses_corner(wishes),
        sort.misses_power(wishes),
        wishes.not_beside_group in near,
        street.given.rules.is_varied and candidate.product_group in near,
        bool(candidate.entitled) and set(candidate.entitled).isdisjoint(sort.reserved),
        sort.corner and not wishes.corner,
    )


def choose_losers(street: Street, ranked: Sequence[Applicant]) -> list[Applicant]:
    """Return who gives its place up where fewer booths are left, the first to go first.

    First where a zone has too many, then on the whole street; the lowest first, floors spared if they can be, at last
    only the required ones and whom the committee pinned. ``ranked`` are the holders, highest first.
    """
    losing: list[Applicant] = []
    floors = [each.group for each in street.given.bounds]
    required = street.given.rules.required_floors
    for is_over, spared in product((_in_full_zone, _on_full_street), (floors, required, None)):
        for candidate in reversed(ranked):
            is_spared = spared is not None and (candidate.is_pinned or _holds_floor(street, candidate, spared))
            if candidate not in losing and not is_spared and is_over(street, candidate):
                losing.append(candidate)
                street.take_back(candidate)
    return losing


def _in_full_zone(street: Street, candidate: Applicant) -> bool:
    mine = {street.booths[code].zone_code for code, holder in street.holders.items() if holder == candidate}
    return any(street.room_in(zone) < 0 for zone in mine)


def _on_full_street(street: Street, _candidate: Applicant) -> bool:
    return street.free < 0


def _holds_floor(street: Street, candidate: Applicant, groups: Collection[str]) -> bool:
    zones: list[str] = []
    if any(each.startswith(ZONE) for each in groups):
        zones = [f"{ZONE}{street.booths[code].zone_code}" for code, who in street.holders.items() if who == candidate]
    return any(
        bounds.floor
        and bounds.group in groups
        and bounds.group in (*candidate.groups, *zones)
        and street.held[bounds.group] - candidate.booths < bounds.floor
        for bounds in street.given.bounds
    )
