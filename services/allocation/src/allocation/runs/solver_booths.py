"""Second part of a run: which booths the chosen applications get.

Applicants of one size, group and wishes are one kind. First the sort of spot of each kind is found (wishes for zone,
corner, power, then the draw), then the spots themselves (neighbours, then the draw), last who of a kind gets which.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from allocation.runs.domain import Applicant, Objective, RunInput, drawn_number, kind_key
from allocation.runs.solver_passes import Passes
from allocation.runs.solver_spots import Sort, Spot, Street

Kinds = Mapping[str, Sequence[Applicant]]
Counts = Mapping[tuple[str, Sort], int]
Variables = defaultdict[str, list[cp_model.IntVar]]


@dataclass(frozen=True)
class Choice:
    """A kind on a spot."""

    kind: str
    pattern: Applicant
    spot: Spot
    variable: cp_model.IntVar


def choose_booths(
    problem: RunInput, street: Street, chosen: Sequence[Applicant], seed: str, limit: float
) -> tuple[dict[str, tuple[str, ...]], list[Objective]]:
    """Return the booths of each chosen application, and the passes."""
    kinds: defaultdict[str, list[Applicant]] = defaultdict(list)
    for each in sorted(chosen, key=lambda each: (-drawn_number(seed, each.key), each.key)):
        kinds[kind_key(each)].append(each)
    counts, by_sort = _choose_sorts(street, kinds, seed, limit)
    model = cp_model.CpModel()
    choices = _add_choices(model, street, kinds, counts)
    broken = _add_neighbours(model, problem, choices)
    passes = Passes(model, [*(choice.variable for choice in choices), *broken], limit)
    passes.least("wishes_neighbour_unmet", [(variable, 1) for variable in broken])
    draw = [(each.variable, drawn_number(seed, each.kind, *each.spot.codes)) for each in choices]
    passes.most("draw_booths", draw)
    return _deal(kinds, choices, passes.solution, seed), [*by_sort, *passes.objectives]


def _choose_sorts(street: Street, kinds: Kinds, seed: str, limit: float) -> tuple[Counts, list[Objective]]:
    """Return how many of each kind stand on each sort of spot."""
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
    passes = Passes(model, [*numbers.values(), *pairs.values()], limit)
    for name, misses in (
        ("wishes_zone_unmet", Sort.misses_zone),
        ("wishes_corner_unmet", Sort.misses_corner),
        ("wishes_power_unmet", Sort.misses_power),
    ):
        passes.least(name, [(number, 1) for key, number in numbers.items() if misses(key[1], wishes[key])])
    draw = [(number, drawn_number(seed, kind, *_names(sort))) for (kind, sort), number in numbers.items()]
    passes.most("draw_sorts", draw)
    return dict(zip(numbers, passes.solution, strict=False)), passes.objectives


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


def _add_choices(model: cp_model.CpModel, street: Street, kinds: Kinds, counts: Counts) -> list[Choice]:
    choices: list[Choice] = []
    at: Variables = defaultdict(list)
    for (kind, sort), count in counts.items():
        if not count:
            continue
        mine = [
            Choice(kind, kinds[kind][0], spot, model.new_bool_var("")) for spot in street.spots if spot.sort == sort
        ]
        model.add(sum(choice.variable for choice in mine) == count)
        choices += mine
        for choice in mine:
            for code in choice.spot.codes:
                at[code].append(choice.variable)
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
