"""Finds a repair, a process of its own: ``python -m allocation.repairs.solver`` reads a problem, writes what it found.

Holders that stay are told one by one; those that move only by how many of each kind stand on each sort of spot, so that
the model stays small. Passes, each proven best before the next: hard rules held; places kept, as a run gives them (floors,
then points from the top, then standing); power kept by who wishes and had it; the fewest moves; the wishes of who moves;
the draw.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from allocation.damages.domain import Holder, Problem
from allocation.draws.domain import drawn_number
from allocation.repairs.domain import Found
from allocation.repairs.solver_model import Model
from allocation.runs.domain import Objective
from allocation.runs.solver_passes import UnsolvedError
from allocation.spots.domain import Sort, broken_rules
from common.memory import hold_memory

WORST = 10_000
"""Weight of an unmet wish against all of the next kind: more movers than there can be."""


@dataclass(frozen=True)
class Task:
    """What the process is given."""

    problem: Problem
    work: float
    memory_mb: int


ASKED, ANSWERS = TypeAdapter(Task), TypeAdapter(Found)


def repair(problem: Problem, work: float) -> Found:
    """Return who keeps or gets which booths with the fewest moves; the same for the same problem."""
    model = Model(problem, work)
    holders = [each for each in problem.holders if not each.joins]
    try:
        unheld = _hold_rules(model)
        if unheld:
            return Found("infeasible", tuple(model.passes.objectives), {}, unheld=unheld)
        # All may stay, and no pass before has found a street on which fewer do: nobody loses a place.
        if len(model.stays) == len(holders) and not model.unheld:
            for each in holders:
                model.model.add(sum(variable for variable, _ in model.kept(each)) == 1)
        elif _find_lost(model, holders).value:
            model = Model(problem, work)
            _hold_rules(model)
            _keep_the_strongest(model, holders)
        _move_the_fewest(model, holders)
    except UnsolvedError as error:
        if not error.infeasible:
            raise
        return Found("infeasible", (), {}, unheld=_in_the_way(model))
    objectives = model.passes.objectives
    proven = all(each.value == each.bound for each in objectives)
    found = Found("optimal" if proven else "feasible", tuple(objectives), _deal(model))
    return replace(found, unheld=tuple(sorted({*problem.void, *_lost_by_rules(model, found)})))


def _hold_rules(model: Model) -> tuple[str, ...]:
    """Hold required floors and words of the committee; return those that no moves hold."""
    if not model.unheld:
        return ()
    model.passes.least("rules_unheld", [(variable, 1) for variable in model.unheld.values()])
    values = model.passes.solution[-len(model.unheld) :]
    return tuple(sorted(name for name, value in zip(model.unheld, values, strict=True) if value))


def _lost_by_rules(model: Model, found: Found) -> set[str]:
    """Return the rules that keep who loses its place from the spots that are left free."""
    taken = {code for codes in found.placements.values() for code in codes}
    free = {sort for codes, sort in model.spots.items() if taken.isdisjoint(codes)}
    losing = [model.bound[e.application_id] for e in model.problem.holders if e.application_id not in found.placements]
    return {
        rule
        for each in losing
        for sort in free
        if sort.size == each.booths
        for rule in broken_rules(model.given, each, sort)
    }


def _in_the_way(model: Model) -> tuple[str, ...]:
    """Return the rules that keep whoever was to get a place from spots of the street."""
    joining = [model.bound[each.application_id] for each in model.problem.holders if each.joins]
    sorts = {sort for sort in model.spots.values() if any(sort.size == each.booths for each in joining)}
    return tuple(sorted({rule for each in joining for sort in sorts for rule in broken_rules(model.given, each, sort)}))


def _find_lost(model: Model, holders: Sequence[Holder]) -> Objective:
    """Run the pass that tells whether anybody must lose its place."""
    kept = [term for each in holders for term in model.kept(each)]
    model.passes.least("places_lost", [(variable, -1) for variable, _ in kept])
    counted, all_of_them = model.passes.objectives[-1], len(holders)
    lost = Objective(counted.name, counted.value + all_of_them, counted.bound + all_of_them)
    model.passes.objectives[-1] = lost
    return lost


def _keep_the_strongest(model: Model, holders: Sequence[Holder]) -> None:
    """Let places be lost as a run would have it: floors first, then points from the top, then standing."""
    missed = model.add_missed_floors()
    model.passes.least("quota_floors_missed", missed)
    by_points: defaultdict[int, list[Holder]] = defaultdict(list)
    for each in holders:
        by_points[each.points].append(each)
    for points in sorted(by_points, reverse=True):
        terms = [term for each in by_points[points] for term in model.kept(each)]
        model.passes.most(f"kept_points_{points}", terms)
    last = max(each.standing for each in holders) + 1
    standing = [(variable, last - each.standing) for each in holders for variable, _ in model.kept(each)]
    model.passes.most("kept_standing", standing)


def _move_the_fewest(model: Model, holders: Sequence[Holder]) -> None:
    dark = [
        (model.stays[each.application_id], 1)
        for each in holders
        if each.had_power
        and each.application_id in model.stays
        and not model.spots[tuple(sorted(each.booth_codes))].power
    ]
    if dark:
        dark += [(n, 1) for (kind, sort), n in model.numbers.items() if kind.had_power and not sort.power]
        model.passes.least("power_lost", dark)
    model.passes.least("moves", [(model.goes[each.application_id], 1) for each in holders])
    if not any(model.passes.solution[len(model.stays) : len(model.stays) + len(model.goes)]):
        return
    unmet = {
        (kind, sort): (
            (kind.zone_codes is not None and sort.zone_code not in kind.zone_codes) * WORST**2
            + (kind.corner and not sort.corner) * WORST
            + (kind.power and not sort.power)
        )
        for kind, sort in model.numbers
    }
    model.passes.least("wishes_unmet", [(model.numbers[key], weight) for key, weight in unmet.items() if weight])
    last = max(each.standing for each in model.problem.holders) + 1
    stays = [(model.stays[e.application_id], last - e.standing) for e in holders if e.application_id in model.stays]
    model.passes.most("stays_by_standing", stays)


def _deal(model: Model) -> dict[str, tuple[str, ...]]:
    """Give the spots of each sort to those who go there: the strongest claim gets the spot drawn best."""
    values = dict(zip(range(len(model.passes.solution)), model.passes.solution, strict=True))
    parts = (model.stays, model.goes, model.pairs, model.numbers)
    chosen: list[dict[object, int]] = []
    at = 0
    for part in parts:
        chosen.append({key: values[at + number] for number, key in enumerate(part)})
        at += len(part)
    stays, goes, pairs, numbers = chosen
    by_id = {each.application_id: each for each in model.problem.holders}
    placed = {name: by_id[name].booth_codes for name in model.stays if stays[name]}
    covered = {code for codes in placed.values() for code in codes}
    covered |= {code for codes in model.pairs if pairs[codes] for code in codes}
    free: defaultdict[Sort, list[tuple[str, ...]]] = defaultdict(list)
    for codes, sort in model.spots.items():
        if pairs[codes] if sort.size > 1 else codes[0] not in covered:
            free[sort].append(codes)
    for spots in free.values():
        spots.sort(key=lambda codes: (-drawn_number(model.problem.seed, *codes), codes))
    waiting = {
        kind: sorted((e for e in members if goes[e.application_id]), key=lambda e: (e.standing, e.application_id))
        for kind, members in model.kinds.items()
    }
    for kind, sort in sorted(model.numbers, key=lambda key: (key[1], key[0].name())):
        for _ in range(numbers[kind, sort]):
            placed[waiting[kind].pop(0).application_id] = free[sort].pop(0)
    return placed


def count_moves(problem: Problem, found: Found) -> Counter[str]:
    """Return how many stay, move, lose and join."""
    counted: Counter[str] = Counter()
    for each in problem.holders:
        codes = found.placements.get(each.application_id)
        if each.joins:
            counted["joined"] += codes is not None
        else:
            counted["lost" if codes is None else "stayed" if set(codes) == set(each.booth_codes) else "moved"] += 1
    return counted


def answer(asked: bytes) -> bytes:
    """Return what is answered to a problem, both as JSON, within the memory allowed to this process."""
    problem = ASKED.validate_json(asked)
    hold_memory(problem.memory_mb)
    return ANSWERS.dump_json(repair(problem.problem, problem.work))


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
