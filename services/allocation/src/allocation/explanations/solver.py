"""What would have given a place, found by solving again; a process: ``python -m allocation.explanations.solver``.

One small model answers "more points, or one booth instead of two" for an application: it is put in by force, floors are
held, and as many levels of points as possible, from the most points down, keep the number that the run placed. The first
level that cannot is the one to be passed: with more points than it a place is certain, whatever the draw. The model is
made once and copied for each who asks. Wishes are not in it, since they never decide who gets a place.
"""

import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeAlias

from ortools.sat.python import cp_model
from pydantic import TypeAdapter

from allocation.explanations import domain
from allocation.explanations.domain import Data, Explanation, Finding, Standing
from allocation.runs.domain import Applicant, RunInput, RunResult
from allocation.runs.solver_spots import read_street
from allocation.runs.solver_vendors import count_pairs

SECONDS = 1.0  # of deterministic time, for each question


Kind: TypeAlias = tuple[int, int, tuple[str, ...]]


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
    """What the process is given."""

    input: RunInput
    result: RunResult
    seed: str
    origins: Mapping[str, Origin]
    last_on: date
    work: float
    memory_mb: int


@dataclass(frozen=True)
class Basis:
    """The rules on how many of each kind may be placed, floors missed by no more than the run missed them."""

    model: cp_model.CpModel
    numbers: Mapping[Kind, cp_model.IntVar]
    at_level: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, search: "Search", given: RunInput) -> "Basis":
        floors, standing, model = domain.reachable_floors(given), search.standing, cp_model.CpModel()
        sizes = Counter(search.kind_of(each, each.booths) for each in given.applicants)
        numbers = {kind: model.new_int_var(0, size, "") for kind, size in sizes.items()}
        model.add(sum(number * booths for (_, booths, _), number in numbers.items()) <= standing.room)
        model.add(sum(number for (_, booths, _), number in numbers.items() if booths > 1) <= search.pairs)
        missed: list[cp_model.IntVar] = []
        for bounds in (each for each in given.bounds if each.group in search.binding):
            held = sum(number * kind[1] for kind, number in numbers.items() if bounds.group in kind[2])
            if bounds.ceiling is not None:
                model.add(held <= bounds.ceiling)
            if floor := floors.get(bounds.group, 0):
                missed.append(model.new_int_var(0, floor, ""))
                model.add(held + missed[-1] >= floor)
        model.add(sum(missed) <= sum(max(0, floor - standing.held[group]) for group, floor in floors.items()))
        at_level: dict[int, list[int]] = defaultdict(list)
        for kind, number in numbers.items():
            at_level[kind[0]].append(number.index)
        return cls(model, numbers, at_level)


@dataclass
class Search:
    """The questions asked so far, with their answers: applicants of one size, group and points share one."""

    problem: Problem
    standing: Standing
    pairs: int
    levels: Sequence[int]
    binding: frozenset[str]
    answers: dict[Kind, int | None] = field(default_factory=dict[Kind, "int | None"])

    @cached_property
    def basis(self) -> Basis:
        return Basis.of(self, self.problem.input)

    @cached_property
    def placed(self) -> Counter[int]:
        return Counter(each.points for each in self.standing.placed)

    def points_needed(self, refused: Applicant, booths: int) -> int | None:
        """Return with how many points a place of that many booths is certain; None if with none at all."""
        kind = self.kind_of(refused, booths)
        if kind not in self.answers:
            self.answers[kind] = _points_needed(self, refused, booths)
        return self.answers[kind]

    def kind_of(self, applicant: Applicant, booths: int) -> Kind:
        """Return what alone counts of an applicant here: points, booths, and groups whose bounds can bind."""
        return applicant.points, booths, tuple(sorted(self.binding.intersection(applicant.groups)))


def explain(problem: Problem, only: str | None = None) -> list[Explanation]:
    """Return the explanations of all applications, or of one, in the order of the input."""
    given = problem.input
    standing = domain.read_standing(given, problem.seed, problem.result.placements)
    refused = [each for each in given.applicants if each.application_id not in problem.result.placements]
    levels = sorted({each.points for each in given.applicants}, reverse=True)
    search = Search(problem, standing, count_pairs(read_street(given)), levels, _binding(given))
    found: list[Explanation] = []
    for each in (each for each in given.applicants if only in {None, each.application_id}):
        codes = problem.result.placements.get(each.application_id)
        if codes is None:
            changes = tuple(_changes(search, each))
            found.append(Explanation(each.application_id, False, domain.why_refused(standing, each), changes))
        else:
            why = domain.why_placed(standing, each, refused)
            found.append(Explanation(each.application_id, True, (why, *domain.wishes_unmet(given, each, codes))))
    return found


def _binding(given: RunInput) -> frozenset[str]:
    """Return the groups whose floor or ceiling can bind at all."""
    asked = domain.count_booths(given.applicants)
    return frozenset(
        each.group
        for each in given.bounds
        if (each.floor and asked[each.group]) or (each.ceiling is not None and asked[each.group] > each.ceiling)
    )


def _changes(search: Search, refused: Applicant) -> list[Finding]:
    """Return the changes that would each have given a place."""
    return [*_valid_certificate(search, refused), *_one_booth(search, refused), *_more_points(search, refused)]


def _more_points(search: Search, refused: Applicant) -> list[Finding]:
    needed = search.points_needed(refused, refused.booths)
    if needed is None or needed <= refused.points:
        return []
    data: Data = {"points": refused.points, "points_needed": needed, "points_missing": needed - refused.points}
    return [Finding("more_points", data)]


def _one_booth(search: Search, refused: Applicant) -> list[Finding]:
    if refused.booths == 1:
        return []
    needed = search.points_needed(refused, 1)
    if needed is None:
        return []
    alone = replace(refused, booths=1)
    if needed <= refused.points or domain.can_take_from_behind(search.standing, alone):
        return [Finding("one_booth", {"booths": refused.booths})]
    with_all = search.points_needed(refused, refused.booths)
    if with_all is not None and with_all <= needed:
        return []  # giving up a booth does not help
    data: Data = {"points": refused.points, "points_needed": needed, "points_missing": needed - refused.points}
    return [Finding("one_booth_and_points", data)]


def with_applicant(given: RunInput, changed: Applicant, **changes: int) -> RunInput:
    """Return the input with one applicant changed."""
    other = replace(changed, **changes)
    return replace(given, applicants=tuple(other if each is changed else each for each in given.applicants))


def _valid_certificate(search: Search, refused: Applicant) -> list[Finding]:
    """Return whether the tier that a valid certificate gives at least would have been enough."""
    origins, last_on = search.problem.origins, search.problem.last_on
    origin = origins.get(refused.application_id)
    if origin is None or origin.lapsed_on is None or not origin.tier:
        return []
    starred = [each.tier for each in origins.values() if each.stars and each.tier]
    points = refused.points - origin.tier + min(starred, default=0)
    needed = search.points_needed(refused, refused.booths)
    if needed is None or not refused.points < needed <= points:
        return []
    data: Data = {"lapsed_on": origin.lapsed_on.isoformat(), "valid_to": last_on.isoformat(), "points": points}
    return [Finding("valid_certificate", data)]


def _points_needed(search: Search, refused: Applicant, booths: int) -> int | None:
    """Return the points with which a place is certain, floors and all levels above them kept; None if none are enough."""
    same = booths == refused.booths
    basis = search.basis if same else Basis.of(search, with_applicant(search.problem.input, refused, booths=booths))
    model = basis.model.clone()
    number = model.get_int_var_from_proto_index(basis.numbers[search.kind_of(refused, booths)].index)
    model.add(number >= 1)
    kept: list[cp_model.IntVar] = []
    for points in (each for each in search.levels if each >= refused.points):
        keeps = model.new_bool_var("")
        others = [model.get_int_var_from_proto_index(at) for at in basis.at_level[points]]
        placed = search.placed[points] + (points == refused.points)
        model.add(sum(others) >= placed * keeps)
        if kept:
            model.add(keeps <= kept[-1])
        kept.append(keeps)
    model.maximize(sum(kept))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = SECONDS
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    reached = round(solver.objective_value)
    return search.levels[reached] + 1 if reached < len(kept) else refused.points


def main() -> None:
    """Read standard input, explain within the memory allowed, write standard output."""
    problem = TypeAdapter(Problem).validate_json(sys.stdin.buffer.read())
    limit = problem.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    sys.stdout.buffer.write(TypeAdapter(list[Explanation]).dump_json(explain(problem)))


if __name__ == "__main__":
    main()
