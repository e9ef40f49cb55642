"""An application that lost points: where it stands now, in the line or among the holders (decision 42)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from allocation.editions.domain import Edition, Policy
from allocation.grounds.domain import Applicant
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.resumptions import repository as resumptions
from allocation.runs import repository as known_runs
from allocation.waiting_lists import domain
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists import repository as lines
from allocation.waiting_lists.domain import WhyNot
from allocation.waiting_lists.handlers import Lost
from common.delivery.unit_of_work import UnitOfWork

LAPSED = "certificate_lapsed"


async def fall_back(uow: UnitOfWork, edition: Edition, place: Place) -> None:
    """Let an application that lost points fall behind those with as many, and tell it where it waits now.

    A holder keeps its booths and is among the first to leave where there are fewer. Where places go by arrival, nothing
    changes.
    """
    if edition.policy is not Policy.OPTIMAL_AT_CLOSE:
        return
    if edition.is_behind:
        await resumptions.put_off_lapse(uow.session, edition.edition_id, place.application_id)
    elif place.is_held:
        _, last = await lines.get_ranks(uow.session, edition.edition_id)
        await known_places.save_places(uow.session, [replace(place, standing=last + 1)])
    elif place.outcome is Outcome.WAITLISTED:
        await _fall_back_in_line(uow, edition, place)


async def _fall_back_in_line(uow: UnitOfWork, edition: Edition, place: Place) -> None:
    _, candidates = await waiting_lists.load_street(uow, edition)
    if await _move_back(uow, edition, place, candidates):
        await _tell_fallen(uow, edition, place, candidates)


async def _move_back(uow: UnitOfWork, edition: Edition, place: Place, candidates: Mapping[UUID, Applicant]) -> bool:
    """Let who waits stand where its points of now put it; return whether that is another place of the line."""
    waiting = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    now = domain.fall_back([candidates[each.application_id] for each in waiting], [candidates[place.application_id]])
    by_id = {str(each.application_id): each for each in waiting}
    moved = [
        replace(by_id[each.application_id], waiting_rank=before.waiting_rank)
        for each, before in zip(now, waiting, strict=True)
        if by_id[each.application_id] != before
    ]
    await known_places.save_places(uow.session, moved)
    return bool(moved)


async def find_fallen(uow: UnitOfWork, edition: Edition, losing: Sequence[Place]) -> list[Place]:
    """Return those of some places whose points fell since they were placed; on leaving they stand by their points."""
    run_id = edition.released_run_id
    if run_id is None or not losing:
        return []
    placed_on = {
        each.application_id: each.points for each in (await known_runs.get_run(uow.session, run_id)).input.applicants
    }
    _, candidates = await waiting_lists.load_street(uow, edition)
    return [
        place
        for place in losing
        if candidates[place.application_id].points < placed_on.get(str(place.application_id), 0)
    ]


async def tell_losers(uow: UnitOfWork, edition: Edition, lined_up: Sequence[Place], why: WhyNot, lost: Lost) -> None:
    """Tell each that lost its place and stands in front of the line; whose points fell since stands where these put it."""
    falling = await find_fallen(uow, edition, lined_up)
    in_front = [place for place in lined_up if place not in falling]
    candidates = (await waiting_lists.load_street(uow, edition))[1] if falling else {}
    for place in falling:
        await _move_back(uow, edition, place, candidates)
    await waiting_lists.tell_waiting(uow, edition, in_front, why=why, lost=lost)
    for place in falling:
        await _tell_fallen(uow, edition, place, candidates, lost)


async def _tell_fallen(
    uow: UnitOfWork, edition: Edition, place: Place, candidates: Mapping[UUID, Applicant], lost: Lost | None = None
) -> None:
    now = candidates[place.application_id]
    why = WhyNot(LAPSED, {"points": now.points}) if now.has_products else WhyNot(domain.NOTHING_ELIGIBLE, {})
    await waiting_lists.tell_waiting(uow, edition, [place], why=why, lost=lost)
