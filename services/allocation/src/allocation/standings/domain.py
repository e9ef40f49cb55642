"""A result seen from its rules: who holds a place, and who could take whose."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from allocation.draws.domain import drawn_number, equals_of
from allocation.grounds.domain import ZONE, Applicant, RunInput
from allocation.spots.domain import Sort, fits, read_street, sort_of


@dataclass(frozen=True)
class Standing:
    """A result seen from its rules: who holds a place, the weakest claim first, and how many booths each group holds."""

    problem: RunInput
    seed: str
    placed: Sequence[Applicant]
    held: Counter[str] = field(default_factory=Counter[str])
    floors: Mapping[str, int] = field(default_factory=dict[str, int])
    ceilings: Mapping[str, int] = field(default_factory=dict[str, int])
    placements: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    zones: Mapping[str, str] = field(default_factory=dict[str, str])
    equals: Mapping[tuple[str, int], Sequence[Applicant]] = field(
        default_factory=dict[tuple[str, int], "Sequence[Applicant]"]
    )
    sorts: Mapping[tuple[str, int], Sequence[Sort]] = field(default_factory=dict[tuple[str, int], "Sequence[Sort]"])
    numbers: Mapping[str, int] = field(default_factory=dict[str, int])
    pairs: Sequence[Sort] = ()
    """Of what sorts the neighbours are that are free, in zones that may still give two."""

    @property
    def booths_held(self) -> int:
        return sum(each.booths for each in self.placed)

    @property
    def room(self) -> int:
        """Return how many booths may be held at all."""
        built = Counter(booth.zone_code for booth in self.problem.booths)
        limits = self.problem.zone_capacities
        return min(self.problem.target, sum(min(number, limits.get(zone, number)) for zone, number in built.items()))

    @property
    def missed(self) -> int:
        return sum(max(0, floor - self.held[group]) for group, floor in self.floors.items())

    def rank(self, applicant: Applicant) -> tuple[int, int]:
        """Return an applicant's claim; more is stronger."""
        return applicant.points, self.numbers[applicant.key]

    def after(self, joins: Applicant, leaves: Applicant) -> dict[str, int]:
        """Return what the groups of both would hold if one took the other's place."""
        zones = [f"{ZONE}{self.zones[code]}" for code in self.placements.get(leaves.application_id, ())[:1]]
        joined, left = {*joins.groups, *zones}, {*leaves.groups, *zones}
        come, gone = joins.booths, leaves.booths
        return {group: self.held[group] + come * (group in joined) - gone * (group in left) for group in joined | left}

    def fits(self, joins: Applicant, leaves: Applicant) -> bool:
        """Tell whether hard rules on booths let one stand where the other does, or on one booth of two."""
        if leaves.is_pinned:
            return False  # the committee's word stands
        sorts = self.sorts.get((leaves.application_id, joins.booths))
        return sorts is None or any(fits(self.problem, joins, sort) for sort in sorts)

    def keeps_ceilings(self, joins: Applicant, leaves: Applicant) -> bool:
        if not self.fits(joins, leaves):
            return False
        held = self.after(joins, leaves)
        return all(held[group] <= self.ceilings.get(group, held[group]) for group in joins.groups)

    def floor_broken(self, joins: Applicant, leaves: Applicant) -> str | None:
        """Return a floor that would be missed by more if one took the other's place, where all together are.

        A floor that is required is not to be missed at all, whatever another would gain.
        """
        lost: dict[str, int] = {}
        required = self.problem.rules.required_floors
        changed = self.after(joins, leaves)
        for group in sorted(changed.keys() & self.floors.keys()):
            floor, held = self.floors[group], changed[group]
            if group in required and held < floor:
                return group
            lost[group] = max(0, floor - held) - max(0, floor - self.held[group])
        return max(lost, key=lambda group: (lost[group], group)) if sum(lost.values()) > 0 else None


def read_standing(problem: RunInput, seed: str, placements: Mapping[str, Sequence[str]]) -> Standing:
    """Return a result's standing."""
    placed = [each for each in problem.applicants if each.application_id in placements]
    zones = {booth.booth_code: booth.zone_code for booth in problem.booths}
    held = count_booths(placed)
    held.update(f"{ZONE}{zones[code]}" for codes in placements.values() for code in codes)
    numbers = {each.key: drawn_number(seed, each.key) for each in problem.applicants}
    placed.sort(key=lambda each: (each.points, numbers[each.key], each.application_id))
    return Standing(
        problem=problem,
        seed=seed,
        placed=placed,
        held=held,
        floors=reachable_floors(problem),
        ceilings={each.group: each.ceiling for each in problem.bounds if each.ceiling is not None},
        placements=placements,
        zones=zones,
        equals=equals_of(problem.applicants),
        sorts=_read_sorts(problem, placements) if problem.binds_spots else {},
        numbers=numbers,
        pairs=_read_pairs(problem, placements),
    )


def _read_pairs(problem: RunInput, placements: Mapping[str, Sequence[str]]) -> list[Sort]:
    """Return of what sorts the free pairs are, in zones that may still give two."""
    street, taken = read_street(problem), {code for codes in placements.values() for code in codes}
    held = Counter(booth.zone_code for booth in problem.booths if booth.booth_code in taken)
    free = [spot.sort for spot in street.of_size(2) if taken.isdisjoint(spot.codes)]
    return sorted({sort for sort in free if held[sort.zone_code] + sort.size <= street.room[sort.zone_code]})


def _read_sorts(problem: RunInput, placements: Mapping[str, Sequence[str]]) -> dict[tuple[str, int], Sequence[Sort]]:
    """Return of what sort the booths are, by their holder and how many of them somebody else would take."""
    found: dict[tuple[str, int], Sequence[Sort]] = {}
    for holder, codes in placements.items():
        for size in (1, 2):
            parts = [codes] if size == len(codes) else [(code,) for code in codes]
            found[holder, size] = [sort_of(problem, part) for part in parts]
    return found


def count_booths(applicants: Iterable[Applicant]) -> Counter[str]:
    """Return the booths that applicants want, or hold, by group."""
    held: Counter[str] = Counter()
    for each in applicants:
        for group in set(each.groups):
            held[group] += each.booths
    return held


def reachable_floors(problem: RunInput) -> dict[str, int]:
    """Return the floors as far as there are applications for them."""
    asked = count_booths(problem.applicants)
    everybody = sum(each.booths for each in problem.applicants)
    asked.update({each.group: everybody for each in problem.bounds if each.group.startswith(ZONE)})
    return {each.group: min(each.floor, asked[each.group]) for each in problem.bounds if each.floor}


def last_before(standing: Standing, applicant: Applicant) -> Applicant | None:
    """Return the holder with the weakest claim whose place it could take and every rule would be kept."""
    for holder in standing.placed:
        if (
            holder.booths >= applicant.booths
            and standing.keeps_ceilings(applicant, holder)
            and standing.floor_broken(applicant, holder) is None
        ):
            return holder
    return None
