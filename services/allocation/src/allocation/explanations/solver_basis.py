"""The model that answers "with how many points": how many of each kind may be placed, and a guest put in by force.

Floors are held, and as many levels of points as possible, from the most points down, keep the number that the run placed.
The model is made once and copied for each who asks. Wishes are not in it, since they never decide who gets a place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from allocation.cp_sat import cp_model
from allocation.explanations.merits import Rule
from allocation.grounds.domain import ZONE, Applicant, RunInput
from allocation.runs.domain import RunResult
from allocation.runs.solver_capacity import add_capacities, read_layout, sorts_of
from allocation.runs.solver_passes import total
from allocation.spots.domain import Sort, Street, fits
from allocation.standings.domain import Standing, reachable_floors

SECONDS = 1.0  # of deterministic time, for each question


Size: TypeAlias = tuple[int, tuple[str, ...]]  # booths, and groups whose bounds can bind
Kind: TypeAlias = tuple[int, int, tuple[str, ...]]  # points, and then a size
Counted: TypeAlias = tuple[cp_model.IntVar, int, tuple[str, ...]]


@dataclass(frozen=True)
class Origin:
    """What stands beside an application in the snapshot, as far as a change may come from it."""

    merits: dict[str, int]
    stars: int | None
    lapsed_on: date | None

    @property
    def tier(self) -> int:
        return sum(points for name, points in self.merits.items() if name.startswith("tier_"))


@dataclass(frozen=True)
class Problem:
    """What the process is given; ``order`` is the order of priority by merits, None where it was never told."""

    input: RunInput
    result: RunResult
    seed: str
    origins: Mapping[str, Origin]
    last_on: date
    work: float
    memory_mb: int
    order: Mapping[str, Rule] | None = None
    threads: int = 1


@dataclass
class Known:
    """What all questions are asked of: the run, and the names of those whom no rule can tell apart."""

    problem: Problem
    standing: Standing
    street: Street
    levels: Sequence[int]
    binding: frozenset[str]
    patterns: dict[str, Applicant] = field(default_factory=dict[str, Applicant])

    def kind_of(self, applicant: Applicant, booths: int) -> Kind:
        """Return what alone counts of an applicant here: points, booths, and groups whose bounds can bind."""
        groups = tuple(sorted(self.binding.intersection(applicant.groups)))
        if self.problem.input.binds_spots:
            groups = (*groups, self.claim_of(applicant))
        return applicant.points, booths, groups

    def claim_of(self, applicant: Applicant) -> str:
        """Return a name shared by all that hard rules let stand on the same booths."""
        claim = "|".join(("claim:", *applicant.needs, *applicant.entitled))
        self.patterns.setdefault(claim, applicant)
        return claim


@dataclass(frozen=True)
class Basis:
    """The rules on how many of each kind may be placed, with a guest for each size and groups that may be put in.

    Floors are missed by no more than the run missed them. As many levels of points as possible, from the top, keep the
    number that the run placed; guests count in the rules, and in no level.
    """

    model: cp_model.CpModel
    sizes: Counter[Kind]
    numbers: Mapping[Kind, cp_model.IntVar]
    guests: Mapping[Size, cp_model.IntVar]

    @classmethod
    def of(cls, known: Known, given: RunInput, more: Collection[tuple[str, ...]] = ()) -> Basis:
        """Return the rules on an input; ``more`` are groups of guests that no applicant has."""
        model = cp_model.CpModel()
        sizes = Counter(known.kind_of(each, each.booths) for each in given.applicants)
        numbers = {kind: model.new_int_var(0, size, "") for kind, size in sizes.items()}
        for kind in {known.kind_of(each, each.booths) for each in given.applicants if each.is_pinned}:
            model.add(numbers[kind] == sizes[kind])
        groups = {kind[2] for kind in sizes}.union(more)
        guests = {(booths, each): model.new_bool_var("") for booths in (1, 2) for each in sorted(groups)}
        counted = [(number, booths, each) for (_, booths, each), number in numbers.items()]
        counted += [(guest, booths, each) for (booths, each), guest in guests.items()]
        held_by_zone = _add_room(model, known, counted)
        _add_bounds(model, known, given, counted, held_by_zone)
        _keep_levels(model, known, numbers)
        return cls(model, sizes, numbers, guests)


def _add_room(model: cp_model.CpModel, known: Known, counted: Sequence[Counted]) -> Mapping[str, cp_model.LinearExpr]:
    """Let no more be placed than has room where hard rules let it stand; return what each zone holds."""
    given, street = known.problem.input, known.street
    by_claim: defaultdict[tuple[int, str], list[cp_model.IntVar]] = defaultdict(list)
    for number, booths, groups in counted:
        claim = groups[-1] if given.binds_spots else ""
        by_claim[booths, claim].append(number)
    standing: defaultdict[Sort, list[cp_model.IntVar]] = defaultdict(list)
    for (booths, claim), numbers in by_claim.items():
        mine: list[cp_model.IntVar] = []
        for sort in sorts_of(street):
            if sort.size == booths and (not claim or fits(given, known.patterns[claim], sort)):
                mine.append(model.new_int_var(0, len(given.booths), ""))
                standing[sort].append(mine[-1])
        model.add(sum(mine) == sum(numbers))
    add_capacities(model, read_layout(street), standing)
    held = {
        zone: total(
            [(each, sort.size) for sort, numbers in standing.items() if sort.zone_code == zone for each in numbers]
        )
        for zone in street.room
    }
    for zone, room in street.room.items():
        model.add(held[zone] <= room)
    model.add(sum(held.values()) <= given.target)
    return held


def _add_bounds(
    model: cp_model.CpModel,
    known: Known,
    given: RunInput,
    counted: Sequence[Counted],
    held_by_zone: Mapping[str, cp_model.LinearExpr],
) -> None:
    floors, held_by_run = reachable_floors(given), known.standing.held
    missed: list[cp_model.IntVar] = []
    for bounds in (each for each in given.bounds if each.group in known.binding):
        held = sum(number * booths for number, booths, groups in counted if bounds.group in groups)
        if bounds.group.startswith(ZONE):
            held = held_by_zone.get(bounds.group.removeprefix(ZONE), 0)
        if bounds.group in given.rules.required_floors:
            model.add(held >= (bounds.floor or 0))
        if bounds.ceiling is not None:
            model.add(held <= bounds.ceiling)
        if floor := floors.get(bounds.group, 0):
            missed.append(model.new_int_var(0, floor, ""))
            model.add(held + missed[-1] >= floor)
    model.add(sum(missed) <= sum(max(0, floor - held_by_run[group]) for group, floor in floors.items()))


def _keep_levels(model: cp_model.CpModel, known: Known, numbers: Mapping[Kind, cp_model.IntVar]) -> None:
    placed = Counter(known.kind_of(each, each.booths) for each in known.standing.placed)
    at_level: defaultdict[int, list[Kind]] = defaultdict(list)
    for kind, number in numbers.items():
        at_level[kind[0]].append(kind)
        model.add_hint(number, placed[kind])
    kept: list[cp_model.IntVar] = []
    for points in known.levels:
        kept.append(model.new_bool_var(""))
        kinds = at_level[points]
        model.add(sum(numbers[kind] for kind in kinds) >= sum(placed[kind] for kind in kinds) * kept[-1])
        if len(kept) > 1:
            model.add(kept[-1] <= kept[-2])
    model.maximize(sum(kept))


def first_level_lost(known: Known, basis: Basis, size: Size, own: Kind | None, least: int) -> int | None:
    """Return the points, at least ``least``, with which a guest has a place for certain; None if none are enough.

    ``own`` is the kind of the basis that the guest is no longer among; None leaves it there, for an answer that is never
    too high.
    """
    model = basis.model.clone()
    for other, guest in basis.guests.items():
        model.add(model.get_int_var_from_proto_index(guest.index) == (other == size))
    if own is not None:
        number = basis.numbers[own]
        model.add(model.get_int_var_from_proto_index(number.index) <= basis.sizes[own] - 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.optimize_with_core = True  # a third to half less than by bounds
    solver.parameters.cp_model_presolve = False  # dearer than the search, three times as slow in all
    solver.parameters.max_deterministic_time = SECONDS
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    reached = round(solver.objective_value)
    return max(least, known.levels[reached] + 1 if reached < len(known.levels) else 0)
