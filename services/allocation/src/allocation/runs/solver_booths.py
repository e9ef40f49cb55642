"""Second part of a run: which booths the chosen applications get.

First the sort of spot of each kind is found (``solver_sorts``), then the spots themselves (neighbours, then the draw).
Whoever has the same neighbours to like and to be disliked by is one stand there, so that few variables say all; who of
them gets which spot of a sort is dealt by the draw. Neighbours come before the draw of sorts: where the sorts drawn leave
no neighbour unwanted, none drawn otherwise could do better; where they do, both are found together, in one larger model.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from allocation.cp_sat import cp_model
from allocation.draws.domain import drawn_number
from allocation.grounds.domain import Applicant, RunInput
from allocation.runs.domain import Objective
from allocation.runs.solver_dealing import choose_sorts, deal_sorts, least_held, start_search
from allocation.runs.solver_parts import split, zones_apart
from allocation.runs.solver_passes import Passes, Weighted, require_proven, total
from allocation.runs.solver_sorts import At, Counts, Search, Sorts, merge
from allocation.runs.solver_vendors import reachable_floors
from allocation.spots.domain import Sort, Spot, Street

MOST_TOGETHER = 400  # booths, for which sorts and neighbours can be found in one model
Wanted: TypeAlias = "Mapping[tuple[str, Sort], int | cp_model.LinearExprT]"
Placements: TypeAlias = "dict[str, tuple[str, ...]]"


@dataclass(frozen=True)
class Choice:
    """A stand on a spot."""

    stand: str
    pattern: Applicant
    spot: Spot
    variable: cp_model.IntVar


class Spots:
    """The model of which stand is on which spot; ``wanted`` says how many of each on each sort."""

    def __init__(self, search: Search, model: cp_model.CpModel, wanted: Wanted, zones: frozenset[str]) -> None:
        self.model, self._problem = model, search.problem
        patterns = {search.stand(members[0]): members[0] for members in search.kinds.values()}
        by_sort: defaultdict[Sort, list[Spot]] = defaultdict(list)
        for spot in search.street.spots:
            by_sort[spot.sort].append(spot)
        self.choices: list[Choice] = []
        at: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
        for (stand, sort), number in wanted.items():
            mine = [Choice(stand, patterns[stand], spot, model.new_bool_var("")) for spot in by_sort[sort]]
            model.add(total([(each.variable, 1) for each in mine]) == number)
            self.choices += mine
            for each in mine:
                for code in each.spot.codes:
                    at[code].append(each.variable)
        for variables in at.values():
            model.add_at_most_one(variables)
        here = [booth for booth in self._problem.booths if booth.zone_code in zones]
        self._beside = {booth.booth_code: booth.neighbours for booth in here}
        self._groups = self._add_groups()
        self.unwanted = self._add_unwanted()
        self.alike = self._add_alike() if self._problem.rules.is_varied else []

    @property
    def variables(self) -> list[cp_model.IntVar]:
        chosen = [each.variable for each in self.choices]
        return [*chosen, *self._groups.values(), *self.unwanted, *self.alike]

    def drawn(self, seed: str) -> Weighted:
        return [(each.variable, drawn_number(seed, each.stand, *each.spot.codes)) for each in self.choices]

    def look_around(self, passes: Passes) -> None:
        """Run the passes on neighbours."""
        passes.least("wishes_neighbour_unmet", [(each, 1) for each in self.unwanted])
        if self._problem.rules.is_varied:
            passes.least("neighbours_alike", [(each, 1) for each in self.alike])

    def _add_groups(self) -> dict[tuple[str, str], cp_model.IntVar]:
        """Return a variable for each booth and product group that may stand on it."""
        standing: defaultdict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
        for choice in self.choices:
            for code in choice.spot.codes:
                standing[code, choice.pattern.product_group].append(choice.variable)
        groups = {key: self.model.new_bool_var("") for key in standing}
        for key, variables in standing.items():
            self.model.add(sum(variables) == groups[key])
        return groups

    def _add_unwanted(self) -> list[cp_model.IntVar]:
        """Return a variable for each spot and unwanted group: 1 where who does not want it stands beside it."""
        wishing: defaultdict[tuple[tuple[str, ...], str], list[cp_model.IntVar]] = defaultdict(list)
        for choice in self.choices:
            unwanted = choice.pattern.wishes.not_beside_group
            if unwanted is not None:
                wishing[choice.spot.codes, unwanted].append(choice.variable)
        broken: list[cp_model.IntVar] = []
        for (codes, group), variables in sorted(wishing.items(), key=lambda item: item[0]):
            around = sorted({near for code in codes for near in self._beside[code]} - set(codes))
            occupied = [self._groups[near, group] for near in around if (near, group) in self._groups]
            if occupied:
                broken.append(self.model.new_bool_var(""))
            for other in occupied:
                self.model.add(sum(variables) + other - 1 <= broken[-1])
        return broken

    def _add_alike(self) -> list[cp_model.IntVar]:
        """Return a variable for each two booths beside each other: 1 where two holders of one product group stand."""
        both: defaultdict[tuple[tuple[str, ...], str], list[cp_model.IntVar]] = defaultdict(list)
        for choice in self.choices:
            if len(choice.spot.codes) > 1:
                both[choice.spot.codes, choice.pattern.product_group].append(choice.variable)
        names = sorted({group for _, group in self._groups})
        alike: list[cp_model.IntVar] = []
        for one, near in sorted(self._beside.items()):
            for other in sorted(code for code in near if one < code):
                alike.append(self.model.new_bool_var(""))
                for group in names:
                    if (one, group) in self._groups and (other, group) in self._groups:
                        held = self._groups[one, group] + self._groups[other, group]
                        self.model.add(held - sum(both.get(((one, other), group), ())) - 1 <= alike[-1])
        return alike


def choose_booths(
    problem: RunInput, street: Street, chosen: Sequence[Applicant], told: Sequence[Objective], seed: str, limit: float
) -> tuple[Placements, list[Objective]]:
    """Return the booths of each chosen application, and the passes; ``told`` are those on who gets a place."""
    least = least_held(problem, told, reachable_floors(problem))
    search = start_search(problem, street, chosen, least, seed, limit)
    counts, by_sorts = choose_sorts(search)
    at = deal_sorts(search, counts)
    parts = _look_around(search, at)
    around = _sum_up(parts)
    if any(each.value for each in around):
        apart = split(search, by_sorts)
        if len(apart) == 1 and len(problem.booths) > MOST_TOGETHER:
            around = _with_gap(around)
        else:
            counts, around, by_sorts[-1] = _look_again(apart, by_sorts, counts)
            at = deal_sorts(search, counts)
            parts = _look_around(search, at)
    found: list[Choice] = []
    for spots, passes in parts:
        passes.most("draw_booths", spots.drawn(seed))
        found += [each for each, value in zip(spots.choices, passes.solution, strict=False) if value]
    draw = _sum_up(parts)[-1] if parts else Objective("draw_booths", 0, 0)
    return _deal(at, found, seed), [*by_sorts[:-1], *around, by_sorts[-1], draw]


def _look_around(search: Search, at: At) -> list[tuple[Spots, Passes]]:
    """Return the spots of the sorts dealt, with the passes on neighbours run: apart where no booth is beside another."""
    parts: list[tuple[Spots, Passes]] = []
    for zones in zones_apart(search.problem):
        wanted = {key: len(members) for key, members in at.items() if key[1].zone_code in zones}
        spots = Spots(search, cp_model.CpModel(), wanted, zones)
        passes = Passes(spots.model, spots.variables, search.limit)
        spots.look_around(passes)
        parts.append((spots, passes))
    return parts


def _sum_up(parts: Sequence[tuple[Spots, Passes]]) -> list[Objective]:
    """Return the passes of all parts as one each: what is best in each part is best in all."""
    return [_add_up(each) for each in zip(*(passes.objectives for _, passes in parts), strict=True)]


def _add_up(each: Sequence[Objective]) -> Objective:
    return Objective(each[0].name, sum(one.value for one in each), sum(one.bound for one in each))


def _with_gap(around: Sequence[Objective]) -> list[Objective]:
    """Return passes on neighbours that were found among the sorts drawn alone: the gap is said, if any."""
    require_proven(any(each.value for each in around))
    return [replace(each, bound=0) for each in around]


def _look_again(
    parts: Sequence[Search], reached: Sequence[Objective], drawn: Counts
) -> tuple[Counts, list[Objective], Objective]:
    """Return the sorts where neighbours count before the draw, the passes on neighbours, and that of the draw: part by part."""
    found: list[tuple[Counts, list[Objective], Objective]] = []
    for part in parts:
        counts, by_sorts = (drawn, list(reached)) if len(parts) == 1 else choose_sorts(part)
        around = _sum_up(_look_around(part, deal_sorts(part, counts)))
        if not any(each.value for each in around):
            found.append((counts, around, by_sorts[-1]))
        elif len(part.problem.booths) > MOST_TOGETHER:
            found.append((counts, _with_gap(around), by_sorts[-1]))
        else:
            found.append(_choose_together(part, by_sorts))
    by_pass = [_add_up(each) for each in zip(*(around for _, around, _ in found), strict=True)]
    return merge([counts for counts, _, _ in found]), by_pass, _add_up([draw for _, _, draw in found])


def _choose_together(search: Search, reached: Sequence[Objective]) -> tuple[Counts, list[Objective], Objective]:
    """Return the sorts that leave the fewest neighbours unwanted, the passes on them, and that of the best drawn."""
    sorts, zones = Sorts(search), frozenset(booth.zone_code for booth in search.problem.booths)
    sorts.hold_wishes(reached)
    if sorts.crowded:
        sorts.model.add(sum(sorts.crowded) == reached[-2].value)
    spots = Spots(search, sorts.model, {key: sum(each) for key, each in sorted(sorts.standing.items())}, zones)
    passes = Passes(sorts.model, [*sorts.variables, *spots.variables], search.limit)
    spots.look_around(passes)
    passes.most("draw_sorts", sorts.drawn())
    return sorts.read(passes.solution), passes.objectives[:-1], passes.objectives[-1]


def _deal(at: At, found: Sequence[Choice], seed: str) -> Placements:
    """Give the spots of each stand and sort out: the best number drawn gets the spot drawn best."""
    spots: defaultdict[tuple[str, Sort], list[tuple[str, ...]]] = defaultdict(list)
    for choice in found:
        spots[choice.stand, choice.spot.sort].append(choice.spot.codes)
    placed: Placements = {}
    for key, members in at.items():
        members.sort(key=lambda each: (-drawn_number(seed, each.key), each.key))
        drawn = sorted(spots[key], key=lambda codes: (-drawn_number(seed, key[0], *codes), codes))
        placed |= {each.application_id: codes for each, codes in zip(members, drawn, strict=True)}
    return placed
