"""First part of a run: which applications get a place.

Booths only matter by their number here. A zone that has room for p disjoint pairs of neighbours has it whatever else
is placed there, so that the numbers of pairs and of booths say all.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from allocation.runs.domain import Applicant, Bounds, Objective, RunInput, drawn_number
from allocation.runs.solver_passes import Passes, Weighted
from allocation.runs.solver_pins import Pins, hold_pins
from allocation.runs.solver_spots import Street


def choose_vendors(
    problem: RunInput, street: Street, seed: str, limit: float
) -> tuple[list[Applicant], list[Objective]]:
    """Return the applicants that get a place, and the passes: floors, priority from the top, then the draw."""
    model = cp_model.CpModel()
    taken = {each.application_id: model.new_bool_var("") for each in problem.applicants}
    _add_room(model, taken, problem, street)
    if problem.pins:
        hold_pins(model, taken, problem, street, Pins(problem, street, seed))
    missed = _add_bounds(model, taken, problem)
    passes = Passes(model, [*taken.values(), *missed.values()], limit)
    passes.least("quota_floors_missed", [(variable, 1) for variable in missed.values()])
    by_points: defaultdict[int, Weighted] = defaultdict(list)
    for each in problem.applicants:
        by_points[each.points].append((taken[each.application_id], 1))
    for points in sorted(by_points, reverse=True):
        passes.most(f"placed_points_{points}", by_points[points])
    draw = [(taken[each.application_id], drawn_number(seed, each.key)) for each in problem.applicants]
    passes.most("draw_places", draw)
    chosen = dict(zip([*taken, *missed], passes.solution, strict=True))
    single = [Objective(f"quota_floor_missed:{group}", chosen[group], 0) for group in missed if chosen[group]]
    return [each for each in problem.applicants if chosen[each.application_id]], [*single, *passes.objectives]


def _add_room(model: cp_model.CpModel, taken: Mapping[str, cp_model.IntVar], problem: RunInput, street: Street) -> None:
    pairs = count_pairs(street)
    sizes = [(taken[each.application_id], each.booths) for each in problem.applicants]
    model.add(sum(variable * size for variable, size in sizes) <= min(problem.target, sum(street.room.values())))
    model.add(sum(variable for variable, size in sizes if size > 1) <= pairs)


def count_pairs(street: Street) -> int:
    """Return how many pairs of neighbours may be held at most."""
    return sum(min(_most_pairs(street, code, limit=10), room // 2) for code, room in street.room.items())


def _most_pairs(street: Street, zone_code: str, limit: float) -> int:
    """Return how many disjoint pairs of neighbours a zone has at most."""
    model = cp_model.CpModel()
    at: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
    used: list[cp_model.IntVar] = []
    for spot in street.of_size(2):
        if spot.sort.zone_code == zone_code:
            used.append(model.new_bool_var(""))
            for code in spot.codes:
                at[code].append(used[-1])
    for variables in at.values():
        model.add_at_most_one(variables)
    passes = Passes(model, used, limit)
    passes.most("pairs", [(variable, 1) for variable in used])
    return passes.objectives[0].value


def _add_bounds(
    model: cp_model.CpModel, taken: Mapping[str, cp_model.IntVar], problem: RunInput
) -> dict[str, cp_model.IntVar]:
    """Add ceilings; return for each floor the booths by which it is missed."""
    missed: dict[str, cp_model.IntVar] = {}
    for bounds in problem.bounds:
        members = [each for each in problem.applicants if bounds.group in each.groups]
        held = sum(taken[each.application_id] * each.booths for each in members)
        if bounds.ceiling is not None:
            model.add(held <= bounds.ceiling)
        floor = _reachable(bounds, members)
        if floor:
            missed[bounds.group] = model.new_int_var(0, floor, "")
            model.add(held + missed[bounds.group] >= floor)
    return missed


def _reachable(bounds: Bounds, members: Sequence[Applicant]) -> int:
    """Return a floor as far as there are accepted applications for it."""
    return min(bounds.floor or 0, sum(each.booths for each in members))
