"""Which sort of spot each kind of applicant gets: wishes for zone, corner and power, then the draw.

Applicants of one size, group, wishes and claims are one kind. To a kind all sorts outside the zones it wishes for are
worth the same that have corner and power alike: it goes to such a pool, and the pool to sorts. So what grows with the
street is not every kind on every sort.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from allocation.cp_sat import cp_model
from allocation.draws.domain import drawn_number, kind_key, pool_key, stand_key
from allocation.grounds.domain import Applicant, RunInput
from allocation.runs.domain import Objective
from allocation.runs.solver_capacity import add_capacities, read_layout, sorts_of
from allocation.runs.solver_passes import Passes, Weighted, total
from allocation.spots.domain import Sort, Street, fits

Kinds = Mapping[str, Sequence[Applicant]]
At: TypeAlias = Mapping[tuple[str, Sort], "list[Applicant]"]
ANY = "any"  # the zone of a pool, in the draw

WISHES = {
    "wishes_zone_unmet": Sort.misses_zone,
    "wishes_corner_unmet": Sort.misses_corner,
    "wishes_power_unmet": Sort.misses_power,
}


@dataclass(frozen=True)
class Search:
    """What booths are chosen for and by what: ``limit`` is the most work of a pass, ``least_held`` by zone."""

    problem: RunInput
    street: Street
    kinds: Kinds
    seed: str
    limit: float
    least_held: Mapping[str, int]
    watched: frozenset[str]
    is_coarse: bool = False

    def stand(self, applicant: Applicant) -> str:
        return str(applicant.booths) if self.is_coarse else stand_key(applicant, self.watched)

    def pool(self, applicant: Applicant, sort: Sort) -> str:
        if self.is_coarse:
            return "|".join((self.stand(applicant), *applicant.needs, *applicant.entitled, *sort.names[1:]))
        return pool_key(applicant, self.watched, sort.names[1:])


@dataclass(frozen=True)
class Counts:
    """How many of each kind go to each sort of a zone wished for, how many to each pool, and from there to each sort."""

    wished: Mapping[tuple[str, Sort], int]
    pooled: Mapping[tuple[str, str], int]
    spread: Mapping[tuple[str, Sort], int]


def merge(found: Sequence[Counts]) -> Counts:
    """Return the counts of parts of a street as those of all of it."""
    return Counts(
        wished={key: number for each in found for key, number in each.wished.items()},
        pooled={key: number for each in found for key, number in each.pooled.items()},
        spread={key: number for each in found for key, number in each.spread.items()},
    )


class Sorts:
    """The model of how many of each kind stand on each sort."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.model = cp_model.CpModel()
        self.wished: dict[tuple[str, Sort], cp_model.IntVar] = {}
        self.pooled: dict[tuple[str, str], cp_model.IntVar] = {}
        self.spread: dict[tuple[str, Sort], cp_model.IntVar] = {}
        self.standing: defaultdict[tuple[str, Sort], list[cp_model.IntVar]] = defaultdict(list)
        self._unmet: defaultdict[str, Weighted] = defaultdict(list)
        self._sorts = sorts_of(search.street)
        self._patterns: dict[tuple[int, tuple[str, ...], tuple[str, ...]], list[Sort]] = {}
        into: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
        pools: dict[str, tuple[Applicant, list[Sort]]] = {}
        for kind, members in sorted(search.kinds.items()):
            self._add_kind(kind, members, into, pools)
        for pool, (pattern, sorts) in sorted(pools.items()):
            most = min(len(search.problem.booths), sum(each.domain.max() for each in into[pool]))
            mine = [self.model.new_int_var(0, most, "") for _ in sorts]
            self.spread |= {(pool, sort): variable for sort, variable in zip(sorts, mine, strict=True)}
            self.model.add(sum(mine) == sum(into[pool]))
            for sort, variable in zip(sorts, mine, strict=True):
                self.standing[search.stand(pattern), sort].append(variable)
        self._add_room()
        self.halves: dict[tuple[Sort, str], int] = {}
        self.crowded = self._add_crowded() if search.problem.rules.is_varied else []

    def _add_kind(
        self,
        kind: str,
        members: Sequence[Applicant],
        into: defaultdict[str, list[cp_model.IntVar]],
        pools: dict[str, tuple[Applicant, list[Sort]]],
    ) -> None:
        pattern, mine = members[0], list[cp_model.IntVar]()
        seen: set[str] = set()
        for sort in self._fitting(pattern):
            pool = self.search.pool(pattern, sort)
            is_wished = pattern.wishes.zone_codes is not None and not sort.misses_zone(pattern.wishes)
            if not is_wished and pool in seen:
                continue
            variable = self.model.new_int_var(0, len(members), "")
            mine.append(variable)
            if is_wished:
                self.wished[kind, sort] = variable
                self.standing[self.search.stand(pattern), sort].append(variable)
            else:
                seen.add(pool)
                self.pooled[kind, pool] = variable
                into[pool].append(variable)
                if pool not in pools:
                    alike = [each for each in self._fitting(pattern) if each.names[1:] == sort.names[1:]]
                    pools[pool] = (pattern, alike)
            for name, misses in WISHES.items():
                if misses(sort, pattern.wishes):
                    self._unmet[name].append((variable, 1))
        self.model.add(sum(mine) == len(members))

    def _fitting(self, pattern: Applicant) -> list[Sort]:
        key = pattern.booths, pattern.needs, pattern.entitled
        if key not in self._patterns:
            own = [each for each in self._sorts if each.size == pattern.booths]
            self._patterns[key] = [each for each in own if fits(self.search.problem, pattern, each)]
        return self._patterns[key]

    def _add_room(self) -> None:
        by_sort: defaultdict[Sort, list[cp_model.IntVar]] = defaultdict(list)
        for (_, sort), variables in self.standing.items():
            by_sort[sort] += variables
        self.added = add_capacities(self.model, read_layout(self.search.street), by_sort)
        by_zone: defaultdict[str, Weighted] = defaultdict(list)
        for sort, variables in by_sort.items():
            by_zone[sort.zone_code] += [(each, sort.size) for each in variables]
        for code, room in self.search.street.room.items():
            self.model.add(total(by_zone[code]) <= room)
            if least := self.search.least_held.get(code):
                self.model.add(total(by_zone[code]) >= least)

    def _add_crowded(self) -> list[cp_model.IntVar]:
        """Return by how many the holders of one product group are more than half of the booths of a sort."""
        built = Counter(spot.sort for spot in self.search.street.of_size(1))
        group_of = {self.search.stand(each[0]): each[0].product_group for each in self.search.kinds.values()}
        held: defaultdict[tuple[Sort, str], list[cp_model.IntVar]] = defaultdict(list)
        for (stand, sort), variables in self.standing.items():
            if sort.size == 1:
                held[sort, group_of[stand]] += variables
        crowded: list[cp_model.IntVar] = []
        for (sort, group), variables in sorted(held.items()):
            self.halves[sort, group] = (built[sort] + 1) // 2
            crowded.append(self.model.new_int_var(0, built[sort], ""))
            self.model.add(sum(variables) - self.halves[sort, group] <= crowded[-1])
        return crowded

    @property
    def variables(self) -> list[cp_model.IntVar]:
        return [*self.wished.values(), *self.pooled.values(), *self.spread.values(), *self.crowded, *self.added]

    def hold_wishes(self, reached: Sequence[Objective]) -> None:
        """Let no more wishes for zone, corner and power be unmet than were found to be unavoidable."""
        for objective, unmet in zip(reached, self.unmet().values(), strict=False):
            self.model.add(total(unmet) == objective.value)

    def count(self, at: At) -> list[int]:
        """Return the values of the variables, but for those on room, where applicants stand as told."""
        wished, pooled, spread = Counter[tuple[str, Sort]](), Counter[tuple[str, str]](), Counter[tuple[str, Sort]]()
        on: Counter[tuple[Sort, str]] = Counter()
        for (_, sort), members in at.items():
            for each in members:
                on[sort, each.product_group] += 1
                if (kind_key(each), sort) in self.wished:
                    wished[kind_key(each), sort] += 1
                else:
                    pool = self.search.pool(each, sort)
                    pooled[kind_key(each), pool] += 1
                    spread[pool, sort] += 1
        counted = [wished[key] for key in self.wished] + [pooled[key] for key in self.pooled]
        counted += [spread[key] for key in self.spread]
        return counted + [max(0, on[key] - half) for key, half in self.halves.items()] if self.crowded else counted

    def hold_spread(self, passes: Passes) -> None:
        """Run the pass that keeps product groups from crowding, where neighbours are to be varied."""
        if self.search.problem.rules.is_varied:
            passes.least("groups_crowded", [(each, 1) for each in self.crowded])

    def unmet(self) -> dict[str, Weighted]:
        """Return by pass what counts as an unmet wish."""
        return {name: self._unmet[name] for name in WISHES}

    def drawn(self) -> Weighted:
        seed, pool_names = self.search.seed, {pool: sort.names[1:] for pool, sort in self.spread}
        terms = [(each, drawn_number(seed, kind, *sort.names)) for (kind, sort), each in self.wished.items()]
        terms += [
            (each, drawn_number(seed, kind, ANY, *pool_names[pool])) for (kind, pool), each in self.pooled.items()
        ]
        return [
            *terms,
            *((each, drawn_number(seed, pool, sort.zone_code)) for (pool, sort), each in self.spread.items()),
        ]

    def read(self, solution: Sequence[int]) -> Counts:
        values = iter(solution)
        wished, pooled = {key: next(values) for key in self.wished}, {key: next(values) for key in self.pooled}
        return Counts(wished, pooled, {key: next(values) for key in self.spread})
