"""Lets an edition go on once all that registration told of it is known again: places are made to agree with it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from allocation.applications import repository as applications
from allocation.applications.domain import ApplicationState
from allocation.capacities import handlers as capacities
from allocation.editions import repository as editions
from allocation.editions.domain import Edition
from allocation.lapses import handlers as lapses
from allocation.offers import handlers as offers
from allocation.offers import repository as known_offers
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import HOLDING, Outcome, Place
from allocation.rearrangements import handlers as rearrangements
from allocation.resumptions import repository
from allocation.resumptions.domain import NewDates, Resumption
from allocation.runs import handlers as runs
from allocation.runs import repository as known_runs
from common.contracts.base import LegalDocument
from common.delivery.settling import RESTORED
from common.delivery.unit_of_work import Origin, UnitOfWork

LEFT = {
    ApplicationState.WITHDRAWN: (Outcome.WITHDRAWN, "application_withdrawn"),
    ApplicationState.REVOKED: (Outcome.REVOKED, "application_revoked"),
}


async def resume(uow: UnitOfWork, edition_id: UUID) -> None:
    """Let an edition go on from what was told of it before the restore and what registration has told since.

    What follows from the two and was not told before is told now; where nothing does, nobody hears anything.
    """
    edition = await editions.find_locked(uow.session, edition_id)
    put_off = await repository.find_resumption(uow.session, edition_id)
    if edition is None or put_off is None:
        return
    await repository.end(uow.session, edition_id)
    edition = replace(edition, is_behind=False)
    await _let_displaced_wait(uow, edition)
    await _let_leave(uow, edition)
    if edition.is_over:
        await rearrangements.wind_up(_because_of(uow, put_off.ended_by), edition)
        return
    await _catch_up(uow, edition, put_off)
    if edition.gives_places:
        await offers.move_list_up(uow, edition)
        await rearrangements.give_or_line_up(uow, edition)
    if put_off.wants_run or not await known_runs.has_run(uow.session, edition_id):
        await runs.start_run_if_wanted(uow, edition)


async def _let_displaced_wait(uow: UnitOfWork, edition: Edition) -> None:
    """Take their places from holders of whose booths another one was told later: a booth has one holder."""
    displaced = await known_places.list_displaced(uow.session, edition.edition_id)
    await offers.release_places(uow, displaced, RESTORED)
    awaiting = [places.give_back(place, Outcome.AWAITING) for place in displaced]
    await known_places.save_places(uow.session, awaiting)


async def _let_leave(uow: UnitOfWork, edition: Edition) -> None:
    """Take back what applications have that are gone, or that registration does not have; let in who came back."""
    known = {
        each.application_id: each for each in await applications.list_applications(uow.session, edition.edition_id)
    }
    for place in await known_places.list_places(uow.session, edition.edition_id):
        application = known.get(place.application_id)
        if application is None:
            await _let_stranger_go(uow, place)
        elif application.state is ApplicationState.ACCEPTED and place.outcome in {Outcome.WITHDRAWN, Outcome.REVOKED}:
            again = Place(place.application_id, place.edition_id, place.vendor_id)
            await known_places.save_places(uow.session, [again])
        elif application.state in LEFT and place.outcome not in {Outcome.WITHDRAWN, Outcome.REVOKED}:
            event_id = (application.departure or {}).get("event_id")
            await rearrangements.let_go(_because_of(uow, event_id), place, *LEFT[application.state])


def _because_of(uow: UnitOfWork, event_id: str | None) -> UnitOfWork:
    """Return the unit of work as what an event causes sees it; where it is not known by which event, as it is."""
    return uow if event_id is None else replace(uow, origin=Origin(uow.origin.correlation_id, event_id))


async def _let_stranger_go(uow: UnitOfWork, place: Place) -> None:
    """Take back what was given to an application that registration does not know as accepted."""
    if place.is_unplaced:
        await rearrangements.close(uow, [place], RESTORED)
    elif place.is_held:
        await rearrangements.let_go(uow, place, Outcome.RELEASED, RESTORED)


async def _catch_up(uow: UnitOfWork, edition: Edition, put_off: Resumption) -> None:
    """Do what was put off: points that were lost, new dates, another number of booths."""
    await lapses.remember_points(uow, edition, put_off.lapsed)
    for application_id in put_off.lapsed:
        await lapses.fall_back(uow, edition, await known_places.get_place(uow.session, application_id))
    if put_off.rescheduled_by is not None:
        asking = _because_of(uow, put_off.rescheduled_by.event_id)
        await rearrangements.ask_again(asking, edition, await _not_asked(uow, edition, put_off.rescheduled_by))
    if put_off.resized_by is not None:
        paper = put_off.resized_by["legal_document"]
        fitting = _because_of(uow, put_off.resized_by["event_id"])
        await capacities.fit(fitting, edition, None if paper is None else LegalDocument.model_validate(paper))


async def _not_asked(uow: UnitOfWork, edition: Edition, dates: NewDates) -> Sequence[Place]:
    """Return the holders who were not asked for the new dates."""
    holding = await known_places.list_places(uow.session, edition.edition_id, HOLDING)
    asked_at = await repository.find_told_after(uow.session, edition.edition_id, dates.event_id)
    made = await known_offers.lock_offers(uow.session, [each.offer_id for each in holding if each.offer_id is not None])
    known = {offer.offer_id for offer in made if dates.were_known(offer.made_at, asked_at)}
    return [place for place in holding if place.offer_id not in known]
