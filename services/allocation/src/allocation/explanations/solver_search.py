"""The changes that alone would have given a place: more points, one booth instead of two, a valid certificate.

The first level of points that cannot keep its number is the one to be passed: with more points than it a place is
certain, whatever the draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from allocation.explanations import domain
from allocation.explanations.domain import Data, Finding
from allocation.explanations.solver_basis import Basis, Kind, Known, Size, first_level_lost
from allocation.grounds.domain import Applicant, RunInput


@dataclass
class Search:
    """The questions asked so far, with their answers: applicants of one size and one set of groups share much of it."""

    known: Known
    shared: dict[Size, int | None] = field(default_factory=dict[Size, "int | None"])
    answers: dict[Kind, int | None] = field(default_factory=dict[Kind, "int | None"])

    @cached_property
    def basis(self) -> Basis:
        return Basis.of(self.known, self.known.problem.input)

    def points_needed(self, refused: Applicant, booths: int) -> int | None:
        """Return with how many points a place of that many booths is certain; None if with none at all.

        Whose place it could take bounds the answer from above; the model with the applicant as a guest, who is still
        among the others too, from below. Only where they differ is it asked for this applicant alone.
        """
        asking = replace(refused, booths=booths)
        least = refused.points + 1 if booths == refused.booths else refused.points
        last = domain.last_before(self.known.standing, asking)
        most = None if last is None else max(last.points + 1, least)
        if most == least:
            return most
        kind = self.known.kind_of(asking, booths)
        if kind not in self.answers:
            self.answers[kind] = self._find(refused, kind, least, most)
        return self.answers[kind]

    def _find(self, refused: Applicant, kind: Kind, least: int, most: int | None) -> int | None:
        size, own = kind[1:], self.known.kind_of(refused, refused.booths)
        changed = with_applicant(self.known.problem.input, refused, booths=kind[1])
        if domain.reachable_floors(changed) != domain.reachable_floors(self.known.problem.input):
            return first_level_lost(self.known, Basis.of(self.known, changed), size, kind, least)
        if size not in self.shared:
            self.shared[size] = first_level_lost(self.known, self.basis, size, None, 0)
        found = self.shared[size]
        if found is None or max(found, least) == most:
            return None if found is None else most
        return first_level_lost(self.known, self.basis, size, own, least)


def find_changes(search: Search, refused: Applicant) -> list[Finding]:
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
    if needed <= refused.points or domain.can_take_from_behind(search.known.standing, alone):
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
    origins, last_on = search.known.problem.origins, search.known.problem.last_on
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
