"""Second part of a run: which booths the chosen applications get.

Applicants of one size, group and wishes are one kind. First the sort of spot of each kind is found (wishes for zone,
corner, power, then the draw), then the spots themselves (neighbours, then the draw), last who of a kind gets which.
Neighbours come before the draw: where the sorts drawn leave no wish for neighbours unmet, none drawn otherwise could
do better; where they do, sorts and spots are found together, in one larger model.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from allocation.runs.domain import Applicant, Objective, RunInput, drawn_number
from allocation.runs.solver_passes import Passes, Weighted, total
from allocation.runs.solver_pins import Pins
from allocation.runs.solver_spots import Sort, Spot, Street

Kinds = Mapping[str, Sequence[Applicant]]
Counts = Mapping[tuple[str, Sort], int]
Variables = defaultdict[str, list[cp_model.IntVar]]

WISHES = {
    "wishes_zone_unmet": Sort.misses_zone,
    "wishes_corner_unmet": Sort.misses_corner,
    "wishes_power_unmet": Sort.misses_power,
}


@dataclass(frozen=True)
class Choice:
    """A kind on a spot."""

    kind: str
    pattern: Applicant
    spot: Spot
    variable: cp_model.IntVar


@dataclass(frozen=True)
class SortsFound:
    """How many of each kind stand on each sort of spot."""

    counts: Counts
    objectives: list[Objective]


@dataclass(frozen=True)
class Search:
    """What booths are chosen for and by what: ``limit`` is the most work of a pass."""

    problem: RunInput
    street: Street
    kinds: Kinds
    seed: str
    limit: float
    pins: Pins


class _Spots:
    """The model of who stands on which spot: of the sorts counted, or, without counts, of any."""

    def __init__(self, search: Search, counts: Counts | None) -> None:
        self.model = cp_model.CpModel()
        self.choices = _add_choices(self.model, search, counts)
        self._broken = _add_neighbours(self.model, search.problem, self.choices)
        variables = [*(choice.variable for choice in self.choices), *self._broken]
        self.passes = Passes(self.model, variables, search.limit)

    def unmet_neighbours(self) -> Weighted:
        return [(variable, 1) for variable in self._broken]


def choose_booths(
    problem: RunInput, street: Street, chosen: Sequence[Applicant], seed: str, limit: float
) -> tuple[dict[str, tuple[str, ...]], list[Objective]]:
    """Return the booths of each chosen application, and the passes."""
    kinds: defaultdict[str, list[Applicant]] = defaultdict(list)
    pins = Pins(problem, street, seed)
    for each in sorted(chosen, key=lambda each: (-drawn_number(seed, each.key), each.key)):
        kinds[pins.kind_of(each)].append(each)
    search = Search(problem, street, kinds, seed, limit, pins)
    if pins:
        return _choose_pinned(search)
    sorts = _choose_sorts(search)
    spots = _Spots(search, sorts.counts)
    spots.passes.least("wishes_neighbour_unmet", spots.unmet_neighbours())
    by_neighbour, by_draw = spots.passes.objectives[0], sorts.objectives[-1]
    if by_neighbour.value:
        sorts, by_neighbour, by_draw = _choose_together(search, sorts)
        spots = _Spots(search, sorts.counts)
        spots.passes.least("wishes_neighbour_unmet", spots.unmet_neighbours())
    draw = [(each.variable, drawn_number(seed, each.kind, *each.spot.codes)) for each in spots.choices]
    spots.passes.most("draw_booths", draw)
    objectives = [*sorts.objectives[: len(WISHES)], by_neighbour, by_draw, spots.passes.objectives[-1]]
    return _deal(kinds, spots.choices, spots.passes.solution, seed), objectives


def _choose_pinned(search: Search) -> tuple[dict[str, tuple[str, ...]], list[Objective]]:
    """Return the booths where some may stand on certain ones alone: all passes on the model of spots."""
    spots = _Spots(search, None)
    for name, misses in WISHES.items():
        unmet = [(each.variable, 1) for each in spots.choices if misses(each.spot.sort, each.pattern.wishes)]
        spots.passes.least(name, unmet)
    spots.passes.least("wishes_neighbour_unmet", spots.unmet_neighbours())
    for name in ("draw_sorts", "draw_booths"):
        draw: Weighted = []
        for each in spots.choices:
            names = _names(each.spot.sort) if name == "draw_sorts" else each.spot.codes
            draw.append((each.variable, drawn_number(search.seed, each.kind, *names)))
        spots.passes.most(name, draw)
    return _deal(search.kinds, spots.choices, spots.passes.solution, search.seed), spots.passes.objectives


def _choose_together(search: Search, drawn: SortsFound) -> tuple[SortsFound, Objective, Objective]:
    """Return the sorts that leave the fewest wishes for neighbours unmet, the best drawn of them, with both passes."""
    spots = _Spots(search, None)
    _hold_wishes(spots.model, spots.choices, drawn.objectives)
    spots.passes.least("wishes_neighbour_unmet", spots.unmet_neighbours())
    draw = [(each.variable, drawn_number(search.seed, each.kind, *_names(each.spot.sort))) for each in spots.choices]
    spots.passes.most("draw_sorts", draw)
    counts = Counter(
        (choice.kind, choice.spot.sort)
        for choice, value in zip(spots.choices, spots.passes.solution, strict=False)
        if value
    )
    by_neighbour, by_draw = spots.passes.objectives
    return SortsFound(counts, drawn.objectives), by_neighbour, by_draw


def _hold_wishes(model: cp_model.CpModel, choices: Sequence[Choice], reached: Sequence[Objective]) -> None:
    """Let no more wishes for zone, corner and power be unmet than were found to be unavoidable."""
    for objective, misses in zip(reached, WISHES.values(), strict=False):
        unmet = [(each.variable, 1) for each in choices if misses(each.spot.sort, each.pattern.wishes)]
        model.add(total(unmet) == objective.value)


def _choose_sorts(search: Search) -> SortsFound:
    """Return how many of each kind stand on each sort of spot."""
    street, kinds = search.street, search.kinds
    model = cp_model.CpModel()
    sorts = sorted({spot.sort for spot in street.spots})
    pairs = {spot: model.new_bool_var("") for spot in street.of_size(2)}
    numbers: dict[tuple[str, Sort], cp_model.IntVar] = {}
    for kind, members in sorted(kinds.items()):
        mine = {
            (kind, sort): model.new_int_var(0, len(members), "") for sort in sorts if sort.size == members[0].booths
        }
        model.add(sum(mine.values()) == len(members))
        numbers |= mine
    _add_capacities(model, street, sorts, numbers, pairs)
    wishes = {key: kinds[key[0]][0].wishes for key in numbers}
    passes = Passes(model, [*numbers.values(), *pairs.values()], search.limit)
    for name, misses in WISHES.items():
        passes.least(name, [(number, 1) for key, number in numbers.items() if misses(key[1], wishes[key])])
    draw = [(number, drawn_number(search.seed, kind, *_names(sort))) for (kind, sort), number in numbers.items()]
    passes.most("draw_sorts", draw)
    return SortsFound(dict(zip(numbers, passes.solution, strict=False)), passes.objectives)


def _names(sort: Sort) -> tuple[str, str]:
    return sort.zone_code, f"{sort.corner:d}{sort.power:d}"


def _add_capacities(
    model: cp_model.CpModel,
    street: Street,
    sorts: Sequence[Sort],
    numbers: Mapping[tuple[str, Sort], cp_model.IntVar],
    pairs: Mapping[Spot, cp_model.IntVar],
) -> None:
    """Single spots are what the pairs of neighbours in use leave of them."""
    at: Variables = defaultdict(list)
    for spot, variable in pairs.items():
        for code in spot.codes:
            at[code].append(variable)
    for variables in at.values():
        model.add_at_most_one(variables)
    for sort in sorts:
        standing = sum(number for (_, found), number in numbers.items() if found == sort)
        mine = [spot for spot in street.spots if spot.sort == sort]
        if sort.size == 1:
            model.add(standing <= len(mine) - sum(variable for spot in mine for variable in at[spot.codes[0]]))
        else:
            model.add(standing == sum(pairs[spot] for spot in mine))
    for code, room in street.room.items():
        held = [(number, sort.size) for (_, sort), number in numbers.items() if sort.zone_code == code]
        model.add(sum(number * size for number, size in held) <= room)


def _add_choices(model: cp_model.CpModel, search: Search, counts: Counts | None) -> list[Choice]:
    street, kinds = search.street, search.kinds
    choices: list[Choice] = []
    at: Variables = defaultdict(list)
    for kind, members in sorted(kinds.items()):
        mine = [
            Choice(kind, members[0], spot, model.new_bool_var(""))
            for spot in street.of_size(members[0].booths)
            if search.pins.allows(members[0], spot) and (counts is None or counts[kind, spot.sort])
        ]
        model.add(total([(choice.variable, 1) for choice in mine]) == len(members))
        for sort in {choice.spot.sort for choice in mine} if counts else ():
            there = [(choice.variable, 1) for choice in mine if choice.spot.sort == sort]
            model.add(total(there) == (counts or {})[kind, sort])
        choices += mine
        for choice in mine:
            for code in choice.spot.codes:
                at[code].append(choice.variable)
    for code, room in street.room.items():
        held = [(each.variable, each.spot.sort.size) for each in choices if each.spot.sort.zone_code == code]
        model.add(total(held) <= room)
    for variables in at.values():
        model.add_at_most_one(variables)
    return choices


def _add_neighbours(model: cp_model.CpModel, problem: RunInput, choices: Sequence[Choice]) -> list[cp_model.IntVar]:
    """Return a variable for each spot and unwanted group: 1 where who does not want it stands beside it."""
    beside = {booth.booth_code: booth.neighbours for booth in problem.booths}
    at_booth: defaultdict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
    wishing: defaultdict[tuple[tuple[str, ...], str], list[cp_model.IntVar]] = defaultdict(list)
    for choice in choices:
        for code in choice.spot.codes:
            at_booth[code, choice.pattern.product_group].append(choice.variable)
        unwanted = choice.pattern.wishes.not_beside_group
        if unwanted is not None:
            wishing[choice.spot.codes, unwanted].append(choice.variable)
    broken: list[cp_model.IntVar] = []
    for (codes, group), variables in sorted(wishing.items(), key=lambda item: item[0]):
        around = sorted({near for code in codes for near in beside[code]} - set(codes))
        occupied = [at_booth[near, group] for near in around if (near, group) in at_booth]
        if occupied:
            broken.append(model.new_bool_var(""))
        for others in occupied:
            model.add(sum(variables) + sum(others) - 1 <= broken[-1])
    return broken


def _deal(kinds: Kinds, choices: Sequence[Choice], solution: Sequence[int], seed: str) -> dict[str, tuple[str, ...]]:
    """Give the spots of each kind to its members: the best number drawn gets the spot drawn best."""
    spots: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for choice, value in zip(choices, solution, strict=False):
        if value:
            spots[choice.kind].append(choice.spot.codes)
    placed: dict[str, tuple[str, ...]] = {}
    for kind, members in kinds.items():
        drawn = sorted(spots[kind], key=lambda codes: (-drawn_number(seed, kind, *codes), codes))
        placed |= {each.application_id: codes for each, codes in zip(members, drawn, strict=True)}
    return placed
