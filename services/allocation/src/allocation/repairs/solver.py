"""Finds a repair, a process of its own: ``python -m allocation.repairs.solver`` reads a problem, writes what it found.

Holders that stay are told one by one; those that move only by how many of each kind stand on each sort of spot, so that
the model stays small. Passes, each proven best before the next: places kept, as a run gives them (floors, then points
from the top, then standing); power kept by who wishes and had it; the fewest moves; the wishes of who moves; the draw.
"""

import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model
from pydantic import TypeAdapter

from allocation.draws.domain import drawn_number
from allocation.grounds.domain import Booth
from allocation.repairs.domain import Found, Holder, Problem
from allocation.runs.domain import Objective
from allocation.runs.solver_passes import Passes, UnsolvedError, Weighted

WORST = 10_000
"""Weight of an unmet wish against all of the next kind: more movers than there can be."""


@dataclass(frozen=True)
class Task:
    """What the process is given."""

    problem: Problem
    work: float
    memory_mb: int


@dataclass(frozen=True, order=True)
class Sort:
    """Spots that are worth the same to all: as large, in one zone, at a corner or not, with power or not."""

    size: int
    zone_code: str
    corner: bool
    power: bool


@dataclass(frozen=True)
class Kind:
    """Holders to whom the same spots are worth the same."""

    size: int
    zone_codes: tuple[str, ...] | None
    corner: bool
    power: bool
    had_power: bool

    @classmethod
    def of(cls, holder: Holder) -> "Kind":
        wishes = holder.wishes
        return cls(holder.booths, wishes.zone_codes, wishes.corner, wishes.power, holder.had_power)

    def name(self) -> str:
        zones = "any" if self.zone_codes is None else "+".join(sorted(self.zone_codes))
        return f"{self.size}|{zones}|{self.corner:d}{self.power:d}{self.had_power:d}"


@dataclass
class Street:
    """The booths left and the spots on them."""

    booths: Mapping[str, Booth]
    spots: dict[tuple[str, ...], Sort] = field(default_factory=dict[tuple[str, ...], Sort])

    @classmethod
    def of(cls, booths: Sequence[Booth]) -> "Street":
        street = cls({each.booth_code: each for each in sorted(booths, key=lambda each: each.booth_code)})
        for code, booth in street.booths.items():
            street.spots[(code,)] = Sort(1, booth.zone_code, booth.corner, booth.power)
            for near in (street.booths[each] for each in sorted(booth.neighbours) if each in street.booths):
                if code < near.booth_code and near.zone_code == booth.zone_code:
                    both = Sort(2, booth.zone_code, booth.corner or near.corner, booth.power or near.power)
                    street.spots[(code, near.booth_code)] = both
        return street

    def sort_of(self, codes: Sequence[str]) -> Sort:
        return self.spots[tuple(sorted(codes))]


class _Model:
    """Who stays, who moves, how many of each kind to which sort, and which pairs of neighbours movers use."""

    def __init__(self, problem: Problem, limit: float) -> None:
        self.problem, self.street, self.model = problem, Street.of(problem.booths), cp_model.CpModel()
        self.stays = {
            each.application_id: self.model.new_bool_var("")
            for each in problem.holders
            if not each.joins and tuple(sorted(each.booth_codes)) in self.street.spots
        }
        self.goes = {each.application_id: self.model.new_bool_var("") for each in problem.holders}
        self.kinds: defaultdict[Kind, list[Holder]] = defaultdict(list)
        for each in problem.holders:
            self.kinds[Kind.of(each)].append(each)
        self.pairs: dict[tuple[str, ...], cp_model.IntVar] = {
            codes: self.model.new_bool_var("") for codes in self.street.spots if len(codes) > 1
        }
        self.numbers = self._add_numbers()
        self._add_spots()
        self._add_rules()
        variables = [*self.stays.values(), *self.goes.values(), *self.pairs.values(), *self.numbers.values()]
        self.passes = Passes(self.model, variables, limit)

    def kept(self, holder: Holder) -> Weighted:
        """Return what is 1 where a holder has a place after the repair."""
        stays = self.stays.get(holder.application_id)
        return [(self.goes[holder.application_id], 1), *([(stays, 1)] if stays is not None else [])]

    def held(self, holders: Sequence[Holder]) -> cp_model.LinearExpr | int:
        return sum(variable * each.booths for each in holders for variable, _ in self.kept(each))

    def _add_numbers(self) -> dict[tuple[Kind, Sort], cp_model.IntVar]:
        numbers: dict[tuple[Kind, Sort], cp_model.IntVar] = {}
        sorts = sorted(set(self.street.spots.values()))
        for kind, members in self.kinds.items():
            mine = [sort for sort in sorts if sort.size == kind.size]
            numbers |= {(kind, sort): self.model.new_int_var(0, len(members), "") for sort in mine}
            going = sum(self.goes[each.application_id] for each in members)
            self.model.add(sum(numbers[kind, sort] for sort in mine) == going)
        return numbers

    def _add_spots(self) -> None:
        """A booth is held by one who stays, or is part of a pair in use, or is one of those left for single movers."""
        at: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
        for each in self.problem.holders:
            for code in each.booth_codes if each.application_id in self.stays else ():
                at[code].append(self.stays[each.application_id])
            self.model.add(sum(variable for variable, _ in self.kept(each)) <= 1)
        for codes, variable in self.pairs.items():
            for code in codes:
                at[code].append(variable)
        for variables in at.values():
            self.model.add_at_most_one(variables)
        spots: defaultdict[Sort, list[tuple[str, ...]]] = defaultdict(list)
        for codes, sort in self.street.spots.items():
            spots[sort].append(codes)
        for sort, mine in spots.items():
            standing = sum(number for (_, found), number in self.numbers.items() if found == sort)
            if sort.size > 1:
                self.model.add(standing == sum(self.pairs[codes] for codes in mine))
            else:
                self.model.add(standing + sum(each for (code,) in mine for each in at[code]) <= len(mine))

    def _add_rules(self) -> None:
        self.model.add(self.held(self.problem.holders) <= self.problem.target)
        for zone, capacity in self.problem.zone_capacities.items():
            here = [
                self.stays[each.application_id] * each.booths
                for each in self.problem.holders
                if each.application_id in self.stays and self.street.booths[each.booth_codes[0]].zone_code == zone
            ]
            here += [n * sort.size for (_, sort), n in self.numbers.items() if sort.zone_code == zone]
            self.model.add(sum(here) <= capacity)
        for bounds in self.problem.bounds:
            if bounds.ceiling is not None:
                members = [each for each in self.problem.holders if bounds.group in each.groups]
                now = sum(each.booths for each in members if not each.joins)
                self.model.add(self.held(members) <= max(bounds.ceiling, now))
        for each in self.problem.holders:
            if each.joins:
                self.model.add(self.goes[each.application_id] == 1)

    def add_missed_floors(self) -> Weighted:
        """Return for each floor the booths by which it is missed, as far as it is reached now."""
        missed: Weighted = []
        for bounds in self.problem.bounds:
            members = [each for each in self.problem.holders if bounds.group in each.groups]
            floor = min(bounds.floor or 0, sum(each.booths for each in members))
            if floor:
                missed.append((self.model.new_int_var(0, floor, ""), 1))
                self.model.add(self.held(members) + missed[-1][0] >= floor)
        return missed


def repair(problem: Problem, work: float) -> Found:
    """Return who keeps or gets which booths with the fewest moves; the same for the same problem."""
    try:
        model = _Model(problem, work)
        holders = [each for each in problem.holders if not each.joins]
        if len(model.stays) == len(holders):  # no booth is gone: nobody loses a place
            for each in holders:
                model.model.add(sum(variable for variable, _ in model.kept(each)) == 1)
        elif _find_lost(model, holders).value:
            model = _Model(problem, work)
            _keep_the_strongest(model, holders)
        _move_the_fewest(model, holders)
    except UnsolvedError as error:
        if not error.infeasible:
            raise
        return Found("infeasible", (), {}, words=f"no repair keeps every rule; first seen in {error}")
    objectives = model.passes.objectives
    proven = all(each.value == each.bound for each in objectives)
    return Found("optimal" if proven else "feasible", tuple(objectives), _deal(model))


def _find_lost(model: _Model, holders: Sequence[Holder]) -> Objective:
    """Run the pass that tells whether anybody must lose its place."""
    kept = [term for each in holders for term in model.kept(each)]
    model.passes.least("places_lost", [(variable, -1) for variable, _ in kept])
    counted, all_of_them = model.passes.objectives[-1], len(holders)
    lost = Objective(counted.name, counted.value + all_of_them, counted.bound + all_of_them)
    model.passes.objectives[-1] = lost
    return lost


def _keep_the_strongest(model: _Model, holders: Sequence[Holder]) -> None:
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


def _move_the_fewest(model: _Model, holders: Sequence[Holder]) -> None:
    street = model.street
    dark = [
        (model.stays[each.application_id], 1)
        for each in holders
        if each.had_power and each.application_id in model.stays and not street.sort_of(each.booth_codes).power
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


def _deal(model: _Model) -> dict[str, tuple[str, ...]]:
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
    for codes, sort in model.street.spots.items():
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


def main() -> None:
    """Read standard input, solve within the memory allowed, write standard output."""
    task = TypeAdapter(Task).validate_json(sys.stdin.buffer.read())
    limit = task.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    sys.stdout.buffer.write(TypeAdapter(Found).dump_json(repair(task.problem, task.work)))


if __name__ == "__main__":
    main()
