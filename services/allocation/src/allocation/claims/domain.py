"""Why somebody of the line has no place: what keeps it from one now, and by which criterion holders were ahead in the run.

Nothing is said that may be untrue: a criterion is named only where it alone put those who have a place ahead.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from allocation.draws.domain import drawn_number, hand_on
from allocation.grounds.domain import Applicant, RunInput
from allocation.streets.domain import Street
from allocation.waiting_lists.domain import NO_BOOTH_FREE, WhyNot, holds_floor, why_not


@dataclass(frozen=True, order=True)
class Claim:
    """What an application stood with in the run: its points, and among equals its number of the draw; more is stronger."""

    points: int
    number: int


@dataclass(frozen=True)
class Claims:
    """The claims of all in the released run, by application, and who has a place by it until now."""

    known: Mapping[str, Claim]
    placed: frozenset[str]


def read_claims(problem: RunInput, seed: str, placed: Collection[str]) -> Claims:
    """Return the claims of a run's input; ``placed`` are the applications that have a place by the run until now."""
    drawn = hand_on(problem.applicants, seed)
    known = {each.application_id: Claim(each.points, drawn_number(seed, each.key)) for each in drawn}
    return Claims(known, frozenset(placed) & known.keys())


def explain_wait(street: Street, candidate: Applicant, claims: Claims | None = None) -> WhyNot | None:
    """Return what keeps somebody from a place now; where all are taken, with what put others ahead. None if nothing does.

    ``claims`` are those of the run that gave the places; None where they went by arrival.
    """
    return explain_ahead(street, candidate, why_not(street, candidate), claims)


def explain_ahead(street: Street, candidate: Applicant, reason: WhyNot | None, claims: Claims | None) -> WhyNot | None:
    """Return what keeps somebody from a place with what put others ahead: only where all are taken are the claims looked at."""
    if reason is None or reason.code != NO_BOOTH_FREE or claims is None:
        return reason
    mine = claims.known.get(candidate.application_id)
    ahead = WhyNot("came_later", {}) if mine is None else _put_behind(street, candidate, mine, claims)
    return reason if ahead is None else WhyNot(ahead.code, {**ahead.facts, **reason.facts})


def _put_behind(street: Street, candidate: Applicant, mine: Claim, claims: Claims) -> WhyNot | None:
    """Return the criterion that alone puts somebody behind all who have a place by the run; None where there is none such."""
    holders = {who.application_id: who for who in street.holders.values() if who.application_id in claims.placed}
    last = min((claims.known[each] for each in holders), default=None)
    if last is None:
        return None
    facts: dict[str, str | int] = {"points": candidate.points, "points_of_last": last.points}
    if candidate.points < last.points:
        return WhyNot("fewer_points", {**facts, "points_missing": last.points - candidate.points})
    if candidate.points != mine.points:
        return None  # the run decided on other points than it has now
    if mine < last:
        return WhyNot("drawn_later", facts)
    behind = [who for each, who in holders.items() if claims.known[each] < mine]
    bounded = [each.group for each in street.given.bounds]
    is_by_floors = behind and all(holds_floor(street, who, bounded) for who in behind)
    return WhyNot("floors_held", facts) if is_by_floors else None
