"""What would have given a place, found by solving again; a process: ``python -m allocation.explanations.solver``.

One small model answers "more points, or one booth instead of two" for an application: it is put in by force, floors are
held, and as many levels of points as possible, from the most points down, keep the number that the run placed. The first
level that cannot is the one to be passed: with more points than it a place is certain, whatever the draw. The model is
made once and copied for each who asks. Wishes are not in it, since they never decide who gets a place.
"""

from __future__ import annotations

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
from allocation.grounds.domain import ZONE, Applicant, RunInput
from allocation.runs.domain import RunResult
from allocation.runs.solver_capacity import add_capacities, read_layout, sorts_of
from allocation.runs.solver_passes import total
from allocation.spots.domain import Sort, Street, fits, read_street

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
    """The rules on how many of each kind may be placed, with a guest for each size and groups that may be put in.

    Floors are missed by no more than the run missed them. As many levels of points as possible, from the top, keep the
    number that the run placed; guests count in the rules, and in no level.
    """

    model: cp_model.CpModel
    numbers: Mapping[Kind, cp_model.IntVar]
    guests: Mapping[Size, cp_model.IntVar]

    @classmethod
    def of(cls, search: Search, given: RunInput) -> Basis:
        model = cp_model.CpModel()
        sizes = Counter(search.kind_of(each, each.booths) for each in given.applicants)
        numbers = {kind: model.new_int_var(0, size, "") for kind, size in sizes.items()}
        for kind in {search.kind_of(each, each.booths) for each in given.applicants if each.is_pinned}:
            model.add(numbers[kind] == sizes[kind])
        groups = {kind[2] for kind in sizes}
        guests = {(booths, each): model.new_bool_var("") for booths in (1, 2) for each in sorted(groups)}
        counted = [(number, booths, each) for (_, booths, each), number in numbers.items()]
        counted += [(guest, booths, each) for (booths, each), guest in guests.items()]
        held_by_zone = _add_room(model, search, counted)
        _add_bounds(model, search, given, counted, held_by_zone)
        _keep_levels(model, search, numbers)
        return cls(model, numbers, guests)


@dataclass
class Search:
    """The questions asked so far, with their answers: applicants of one size and one set of groups share much of it."""

    problem: Problem
    standing: Standing
    street: Street
    levels: Sequence[int]
    binding: frozenset[str]
    patterns: dict[str, Applicant] = field(default_factory=dict[str, Applicant])
    shared: dict[Size, int | None] = field(default_factory=dict[Size, "int | None"])
    answers: dict[Kind, int | None] = field(default_factory=dict[Kind, "int | None"])

    @cached_property
    def basis(self) -> Basis:
        return Basis.of(self, self.problem.input)

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

    def points_needed(self, refused: Applicant, booths: int) -> int | None:
        """Return with how many points a place of that many booths is certain; None if with none at all.

        Whose place it could take bounds the answer from above; the model with the applicant as a guest, who is still
        among the others too, from below. Only where they differ is it asked for this applicant alone.
        """
        asking = replace(refused, booths=booths)
        least = refused.points + 1 if booths == refused.booths else refused.points
        last = domain.last_before(self.standing, asking)
        most = None if last is None else max(last.points + 1, least)
        if most == least:
            return most
        kind = self.kind_of(asking, booths)
        if kind not in self.answers:
            self.answers[kind] = self._find(refused, kind, least, most)
        return self.answers[kind]

    def _find(self, refused: Applicant, kind: Kind, least: int, most: int | None) -> int | None:
        size, own = kind[1:], self.kind_of(refused, refused.booths)
        changed = with_applicant(self.problem.input, refused, booths=kind[1])
        if domain.reachable_floors(changed) != domain.reachable_floors(self.problem.input):
            return _first_level_lost(self, Basis.of(self, changed), size, kind, least)
        if size not in self.shared:
            self.shared[size] = _first_level_lost(self, self.basis, size, None, 0)
        found = self.shared[size]
        if found is None or max(found, least) == most:
            return None if found is None else most
        return _first_level_lost(self, self.basis, size, own, least)


def explain(problem: Problem, only: str | None = None) -> list[Explanation]:
    """Return the explanations of all applications, or of one, in the order of the input."""
    problem = replace(problem, input=problem.input.with_pins())
    given = problem.input
    standing = domain.read_standing(given, problem.seed, problem.result.placements)
    refused = [each for each in given.applicants if each.application_id not in problem.result.placements]
    levels = sorted({each.points for each in given.applicants}, reverse=True)
    search = Search(problem, standing, read_street(given, is_coarse=True), levels, _binding(given))
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
        if (each.floor and (asked[each.group] or each.group.startswith(ZONE)))
        or (each.ceiling is not None and asked[each.group] > each.ceiling)
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


def _add_room(model: cp_model.CpModel, search: Search, counted: Sequence[Counted]) -> Mapping[str, cp_model.LinearExpr]:
    """Let no more be placed than has room where hard rules let it stand; return what each zone holds."""
    given, street = search.problem.input, search.street
    by_claim: defaultdict[tuple[int, str], list[cp_model.IntVar]] = defaultdict(list)
    for number, booths, groups in counted:
        claim = groups[-1] if given.binds_spots else ""
        by_claim[booths, claim].append(number)
    standing: defaultdict[Sort, list[cp_model.IntVar]] = defaultdict(list)
    for (booths, claim), numbers in by_claim.items():
        mine: list[cp_model.IntVar] = []
        for sort in sorts_of(street):
            if sort.size == booths and (not claim or fits(given, search.patterns[claim], sort)):
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
    search: Search,
    given: RunInput,
    counted: Sequence[Counted],
    held_by_zone: Mapping[str, cp_model.LinearExpr],
) -> None:
    floors, held_by_run = domain.reachable_floors(given), search.standing.held
    missed: list[cp_model.IntVar] = []
    for bounds in (each for each in given.bounds if each.group in search.binding):
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


def _keep_levels(model: cp_model.CpModel, search: Search, numbers: Mapping[Kind, cp_model.IntVar]) -> None:
    placed = Counter(search.kind_of(each, each.booths) for each in search.standing.placed)
    at_level: defaultdict[int, list[Kind]] = defaultdict(list)
    for kind, number in numbers.items():
        at_level[kind[0]].append(kind)
        model.add_hint(number, placed[kind])
    kept: list[cp_model.IntVar] = []
    for points in search.levels:
        kept.append(model.new_bool_var(""))
        kinds = at_level[points]
        model.add(sum(numbers[kind] for kind in kinds) >= sum(placed[kind] for kind in kinds) * kept[-1])
        if len(kept) > 1:
            model.add(kept[-1] <= kept[-2])
    model.maximize(sum(kept))


def _first_level_lost(search: Search, basis: Basis, size: Size, own: Kind | None, least: int) -> int | None:
    """Return the points, at least ``least``, with which a guest has a place for certain; None if none are enough.

    ``own`` is the kind that the guest is no longer among; None leaves it there, for an answer that is never too high.
    """
    model = basis.model.clone()
    for other, guest in basis.guests.items():
        model.add(model.get_int_var_from_proto_index(guest.index) == (other == size))
    if own is not None:
        number = basis.numbers[own]
        among = sum(search.kind_of(each, each.booths) == own for each in search.problem.input.applicants)
        model.add(model.get_int_var_from_proto_index(number.index) <= among - 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_presolve = False  # dearer than the search, three times as slow in all
    solver.parameters.max_deterministic_time = SECONDS
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    reached = round(solver.objective_value)
    return max(least, search.levels[reached] + 1 if reached < len(search.levels) else 0)


def main() -> None:
    """Read standard input, explain within the memory allowed, write standard output."""
    problem = TypeAdapter(Problem).validate_json(sys.stdin.buffer.read())
    limit = problem.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    sys.stdout.buffer.write(TypeAdapter(list[Explanation]).dump_json(explain(problem)))


if __name__ == "__main__":
    main()
