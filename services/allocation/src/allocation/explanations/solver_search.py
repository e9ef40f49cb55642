"""The changes that alone would have given a place: a merit, one booth, no socket, no cooking, a valid certificate.

Points are no change: nobody can ask for them. Told are the merits that would have given as many, where they are open to the
applicant, and how many points it lacks where they are not. The first level of points that cannot keep its number is the one to be passed: with more points than it a place is
certain, whatever the draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from allocation.explanations import domain
from allocation.explanations.domain import Data, Finding
from allocation.explanations.merits import find_enough
from allocation.explanations.solver_basis import Basis, Kind, Known, Size, first_level_lost
from allocation.grounds.domain import Applicant, RunInput
from allocation.standings import domain as standings

POWER, COOKING = "need:power", "need:cooking"
NEEDS = {  # what an applicant may do without, the least first
    "without_power": (POWER,),
    "without_cooking": (COOKING,),
    "without_power_and_cooking": (POWER, COOKING),
}


Claim: TypeAlias = tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""What alone counts of who asks for another's place: booths, groups, needs, and reservations that let it in."""


@dataclass
class Search:
    """The questions asked so far, with their answers: applicants of one size and one set of groups share much of it."""

    known: Known
    shared: dict[Size, int | None] = field(default_factory=dict[Size, "int | None"])
    answers: dict[tuple[Kind, Kind], int | None] = field(default_factory=dict[tuple[Kind, Kind], "int | None"])
    lasts: dict[Claim, Applicant | None] = field(default_factory=dict[Claim, "Applicant | None"])

    @cached_property
    def basis(self) -> Basis:
        return Basis.of(self.known, self.known.problem.input)

    @cached_property
    def wide_basis(self) -> Basis:
        """The basis with guests of groups that nobody has: those of who would do without a need."""
        given = self.known.problem.input
        waiting = [each for each in given.applicants if each.application_id not in self.known.standing.placements]
        changed = [change for each in waiting for change in lighter(given, each).values()]
        groups = {self.known.kind_of(each, each.booths)[2] for each in changed}
        return Basis.of(self.known, given, groups)

    def points_needed(self, refused: Applicant, asking: Applicant) -> int | None:
        """Return with how many points a refused applicant has a place for certain as ``asking``; None if with none at all.

        Whose place it could take bounds the answer from above; the model with the applicant as a guest, who is still
        among the others too, from below. Only where they differ is it asked for this applicant alone.
        """
        least = refused.points + 1 if asking is refused else asking.points
        last = self.last_before(asking)
        most = None if last is None else max(last.points + 1, least)
        if most == least:
            return most
        kinds = self.known.kind_of(refused, refused.booths), self.known.kind_of(asking, asking.booths)
        if kinds not in self.answers:
            self.answers[kinds] = self._find(refused, asking, least, most)
        return self.answers[kinds]

    def last_before(self, asking: Applicant) -> Applicant | None:
        """Return the holder with the weakest claim whose place it could take and every rule would be kept."""
        claim = asking.booths, asking.groups, asking.needs, asking.entitled
        if claim not in self.lasts:
            self.lasts[claim] = standings.last_before(self.known.standing, asking)
        return self.lasts[claim]

    def can_take_from_behind(self, asking: Applicant) -> bool:
        """Tell whether somebody with a weaker claim holds a place that it could take and every rule would be kept."""
        holder, rank = self.last_before(asking), self.known.standing.rank
        return holder is not None and rank(holder) < rank(asking)

    def _find(self, refused: Applicant, asking: Applicant, least: int, most: int | None) -> int | None:
        own, kind = (self.known.kind_of(each, each.booths) for each in (refused, asking))
        given, size = self.known.problem.input, kind[1:]
        changed = with_applicant(given, refused, asking)
        if standings.reachable_floors(changed) != standings.reachable_floors(given):
            return first_level_lost(self.known, Basis.of(self.known, changed), size, kind, least)
        basis = self.basis if size in self.basis.guests else self.wide_basis
        if size not in self.shared:
            self.shared[size] = first_level_lost(self.known, basis, size, None, 0)
        found = self.shared[size]
        if found is None or max(found, least) == most:
            return None if found is None else most
        return first_level_lost(self.known, basis, size, own, least)


def lighter(given: RunInput, refused: Applicant) -> dict[str, Applicant]:
    """Return an applicant as it would be without its need of a socket, without cooking, and without both."""
    found: dict[str, Applicant] = {}
    for code, groups in NEEDS.items():
        if set(groups) <= set(refused.groups):
            asking = domain.without(given, refused, groups)
            if asking.needs != refused.needs or _bounds(given, refused) != _bounds(given, asking):
                found[code] = asking
    return found


def _bounds(given: RunInput, applicant: Applicant) -> set[str]:
    return {each.group for each in given.bounds}.intersection(applicant.groups)


def find_changes(search: Search, refused: Applicant) -> list[Finding]:
    """Return the changes that would each have given a place."""
    fewer = [*_one_booth(search, refused), *_fewer_needs(search, refused)]
    if refused.booths > 1 and not any(each.code in {"one_booth", *NEEDS} for each in fewer):
        alone = replace(refused, booths=1)
        fewer = [*(Finding(f"one_booth_{code}", {}) for code in _enough(search, refused, alone)), *fewer]
    return [*_valid_certificate(search, refused), *fewer, *_more_points(search, refused)]


def _more_points(search: Search, refused: Applicant) -> list[Finding]:
    needed = search.points_needed(refused, refused)
    if needed is None or needed <= refused.points:
        return []
    if search.known.problem.order is None:
        return [Finding("more_points", _points(refused, needed))]
    found = _with_merits(search, "merits", refused, refused, needed)
    return found or [Finding("points_lacking", _points(refused, needed))]


def _and_points(search: Search, change: str, refused: Applicant, asking: Applicant, needed: int) -> list[Finding]:
    """Return a change that is enough with more points only, where merits that are open give these."""
    if search.known.problem.order is None:
        return [Finding(f"{change}_and_points", _points(refused, needed))]
    return _with_merits(search, f"{change}_and_merits", refused, asking, needed)


def _with_merits(search: Search, code: str, refused: Applicant, asking: Applicant, needed: int) -> list[Finding]:
    problem = search.known.problem
    origin = problem.origins.get(refused.application_id)
    if problem.order is None or origin is None:
        return []
    return [
        Finding(
            code,
            {
                **_points(refused, needed),
                "merits": "+".join(gains),
                **{f"points_{merit}": points for merit, points in gains.items()},
            },
        )
        for gains in find_enough(problem.order, origin.merits, needed - asking.points)
    ]


def _points(refused: Applicant, needed: int) -> Data:
    return {"points": refused.points, "points_needed": needed, "points_missing": needed - refused.points}


def _one_booth(search: Search, refused: Applicant) -> list[Finding]:
    if refused.booths == 1:
        return []
    alone = replace(refused, booths=1)
    needed = search.points_needed(refused, alone)
    if needed is None:
        return []
    if _is_enough(search, alone, needed):
        return [Finding("one_booth", {"booths": refused.booths})]
    if not _is_fewer(search, refused, needed):
        return []  # giving up a booth does not help
    return _and_points(search, "one_booth", refused, alone, needed)


def _fewer_needs(search: Search, refused: Applicant) -> list[Finding]:
    """Return what it could have done without: each need alone, both where neither is enough; else with points."""
    asking = lighter(search.known.problem.input, refused)
    needed = {code: search.points_needed(refused, each) for code, each in asking.items()}
    if enough := _enough(search, refused, refused):
        return [Finding(code, {}) for code in enough]
    missing = [(points, code) for code, points in needed.items() if points is not None and points > refused.points]
    fewest, code = min(missing, key=lambda each: each[0], default=(0, ""))  # of as many points the least given up
    if not code or not _is_fewer(search, refused, fewest):
        return []
    return _and_points(search, code, refused, asking[code], fewest)


def _enough(search: Search, refused: Applicant, base: Applicant) -> list[str]:
    """Return which needs given up would have been enough for a refused applicant as ``base``; both only where none alone."""
    asking = lighter(search.known.problem.input, base)
    needed = {code: search.points_needed(refused, each) for code, each in asking.items()}
    enough = [
        code for code, points in needed.items() if points is not None and _is_enough(search, asking[code], points)
    ]
    return [code for code in enough if len(NEEDS[code]) == 1] or enough


def _is_enough(search: Search, asking: Applicant, needed: int) -> bool:
    return needed <= asking.points or search.can_take_from_behind(asking)


def _is_fewer(search: Search, refused: Applicant, needed: int) -> bool:
    """Tell whether fewer points are needed than by an applicant that changes nothing else."""
    with_all = search.points_needed(refused, refused)
    return with_all is None or needed < with_all


def with_applicant(given: RunInput, known: Applicant, changed: Applicant) -> RunInput:
    """Return the input with one applicant changed."""
    return replace(given, applicants=tuple(changed if each is known else each for each in given.applicants))


def _valid_certificate(search: Search, refused: Applicant) -> list[Finding]:
    """Return whether the tier that a valid certificate gives at least would have been enough."""
    origins, last_on = search.known.problem.origins, search.known.problem.last_on
    origin = origins.get(refused.application_id)
    if origin is None or origin.lapsed_on is None or not origin.tier:
        return []
    starred = [each.tier for each in origins.values() if each.stars and each.tier]
    points = refused.points - origin.tier + min(starred, default=0)
    needed = search.points_needed(refused, refused)
    if needed is None or not refused.points < needed <= points:
        return []
    data: Data = {"lapsed_on": origin.lapsed_on.isoformat(), "valid_to": last_on.isoformat(), "points": points}
    return [Finding("valid_certificate", data)]
