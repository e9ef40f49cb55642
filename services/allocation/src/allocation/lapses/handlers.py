"""An application that lost points: where it stands now, in the line or among the holders (decision 42)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from allocation.editions.domain import Edition, Policy
from allocation.grounds.domain import Applicant
from allocation.offers import repository as offers
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.resumptions import repository as resumptions
from allocation.runs import repository as known_runs
from allocation.waiting_lists import domain
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists import repository as lines
from allocation.waiting_lists.domain import WhyNot
from allocation.waiting_lists.handlers import Lost, Seen
from common.delivery.unit_of_work import UnitOfWork

LAPSED = "certificate_lapsed"


async def fall_back(uow: UnitOfWork, edition: Edition, place: Place) -> None:
    """Let an application that lost points fall behind those with as many, and tell it where it waits now.

    A holder keeps its booths; with fewer points than those on which it got them it is among the first to leave where there
    are fewer, and so is one of the line once it has a place. Where places go by arrival, nothing changes.
    """
    if edition.policy is not Policy.OPTIMAL_AT_CLOSE:
        return
    if edition.is_behind:
        if await _is_since_release(uow, edition):
            await resumptions.put_off_lapse(uow.session, edition.edition_id, place.application_id)
        return
    is_fallen = place.is_held and await find_fallen(uow, edition, [place])
    if not is_fallen and place.outcome is not Outcome.WAITLISTED:
        return
    _, last = await lines.get_ranks(uow.session, edition.edition_id)
    await known_places.save_places(uow.session, [replace(place, standing=last + 1)])
    if place.outcome is Outcome.WAITLISTED:
        await _fall_back_in_line(uow, edition, place)


async def _is_since_release(uow: UnitOfWork, edition: Edition) -> bool:
    """Tell whether what is read was told since the run was begun that gave the places: it went by what was told before."""
    if edition.released_run_id is None or uow.cause is None:
        return True
    return uow.cause.time >= (await known_runs.get_run(uow.session, edition.released_run_id)).requested_at


async def _fall_back_in_line(uow: UnitOfWork, edition: Edition, place: Place) -> None:
    street, candidates = await waiting_lists.load_street(uow, edition)
    if await _move_back(uow, edition, place, candidates):
        street.line = domain.fall_back(street.line, [candidates[place.application_id]])
        await _tell_fallen(uow, edition, place, (street, candidates))


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


async def find_fallen(uow: UnitOfWork, edition: Edition, holding: Sequence[Place]) -> list[UUID]:
    """Return which holders have fewer points than those on which they got their places, or nothing eligible any more.

    On leaving these stand by their points. Of whom it is not known on which points it got its place, nothing is held.
    """
    given_on = await list_given_on(uow, edition, holding)
    if not given_on:
        return []
    _, candidates = await waiting_lists.load_street(uow, edition)
    return [
        each
        for each, points in given_on.items()
        if candidates[each].points < points or not candidates[each].has_products
    ]


async def list_given_on(uow: UnitOfWork, edition: Edition, holding: Sequence[Place]) -> dict[UUID, int]:
    """Return by application the points on which holders got their places, where places go by points.

    An offer that was made before they were kept, or by a replica of that version, has none: then those of the run that
    gave the place.
    """
    if edition.policy is not Policy.OPTIMAL_AT_CLOSE:
        return {}
    known = await offers.list_points(uow.session, [each.offer_id for each in holding if each.offer_id is not None])
    given_on = {key: points for key, points in known.items() if points is not None}
    unknown = [each for each in holding if each.application_id not in given_on]
    for run_id in {each.run_id for each in unknown if each.run_id is not None}:
        run = await known_runs.find_run(uow.session, run_id)
        in_run = {UUID(each.application_id): each.points for each in run.input.applicants} if run else {}
        theirs = [each.application_id for each in unknown if each.run_id == run_id and each.application_id in in_run]
        given_on |= {each: in_run[each] for each in theirs}
    return given_on


async def remember_points(uow: UnitOfWork, edition: Edition, fallen: Collection[UUID]) -> None:
    """Let a run that was folded back, and lacks whom it was made of, be measured by the points of now.

    Of those whose points fell since, the points of then are in no event: they had more than now, and that is all that counts.
    """
    run = None if edition.released_run_id is None else await known_runs.get_run(uow.session, edition.released_run_id)
    if run is None or run.result is not None or run.input.applicants:
        return
    _, candidates = await waiting_lists.load_street(uow, edition)
    placed_on = [
        replace(each, points=each.points + 1) if application_id in fallen else each
        for application_id, each in candidates.items()
    ]
    await known_runs.save_input(uow.session, replace(run, input=replace(run.input, applicants=tuple(placed_on))))


async def tell_losers(
    uow: UnitOfWork, edition: Edition, lined_up: Sequence[Place], fallen: Collection[UUID], why: WhyNot, lost: Lost
) -> None:
    """Tell each that lost its place and stands in front of the line; who has ``fallen`` stands where its points put it."""
    falling = [place for place in lined_up if place.application_id in fallen]
    in_front = [place for place in lined_up if place not in falling]
    candidates = (await waiting_lists.load_street(uow, edition))[1] if falling else {}
    for place in falling:
        await _move_back(uow, edition, place, candidates)
    if lined_up:
        seen = await waiting_lists.load_street(uow, edition)
        await waiting_lists.tell_waiting(uow, edition, in_front, why=why, lost=lost, seen=seen)
        for place in falling:
            await _tell_fallen(uow, edition, place, seen, lost)


async def _tell_fallen(uow: UnitOfWork, edition: Edition, place: Place, seen: Seen, lost: Lost | None = None) -> None:
    now = seen[1][place.application_id]
    why = WhyNot(LAPSED, {"points": now.points}) if now.has_products else WhyNot(domain.NOTHING_ELIGIBLE, {})
    await waiting_lists.tell_waiting(uow, edition, [place], why=why, lost=lost, seen=seen)
