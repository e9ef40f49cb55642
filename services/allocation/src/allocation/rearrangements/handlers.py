"""Reactions to what registration tells: each application keeps exactly one outcome, each booth at most one holder."""

from collections.abc import Sequence

from allocation.applications import repository as applications
from allocation.editions import repository as editions
from allocation.editions.domain import Edition, Policy, Stage
from allocation.lapses import handlers as lapses
from allocation.offers import handlers as offers
from allocation.offers.handlers import Giving
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import HOLDING, UNPLACED, Outcome, Place
from allocation.resumptions import repository as resumptions
from allocation.waiting_lists import handlers as waiting_lists
from common.contracts.allocation import ApplicationClosedUnplaced
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationEvent,
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionAnnounced,
    EditionCancelled,
    EditionEnded,
    EditionRescheduled,
    RegistrationClosed,
)
from common.delivery.unit_of_work import UnitOfWork


async def place_accepted(uow: UnitOfWork, event: ApplicationAccepted) -> None:
    """Give an accepted application its outcome: a place or the waiting list at once, or it awaits the run.

    An application whose edition is not known yet awaits it; one told again keeps what it has, and falls back where a
    certificate lapsed. With a new certificate it pushes nobody out: what is free goes to the line, where it may be given
    again. Where the edition rests after a restore, its going on decides.
    """
    edition = await editions.find_locked(uow.session, event.edition_id)
    place = Place(event.application_id, event.edition_id, event.vendor_id)
    if not await known_places.enter_place(uow.session, place):
        known = await known_places.get_place(uow.session, event.application_id)
        if known.outcome not in {Outcome.WITHDRAWN, Outcome.REVOKED}:
            if edition is not None:
                await _place_again(uow, edition, known, event)
            return
        if edition is not None and edition.is_behind:
            return
        await known_places.save_places(uow.session, [place])
    if edition is None or edition.is_behind:
        return
    if edition.is_over:
        await close(uow, [place], f"edition_{edition.stage}")
    elif edition.policy is Policy.FIRST_COME or edition.released_run_id is not None:
        await give_or_line_up(uow, edition)


async def _place_again(uow: UnitOfWork, edition: Edition, place: Place, event: ApplicationAccepted) -> None:
    if event.lapsed:
        await lapses.fall_back(uow, edition, place)
    if event.renewed and place.outcome is Outcome.WAITLISTED:
        await offers.move_list_up(uow, edition)


async def give_or_line_up(uow: UnitOfWork, edition: Edition) -> None:
    """Give those who await an outcome a place each, or put them on the waiting list and tell them why."""
    if edition.is_behind:
        return
    awaiting = await _awaiting(uow, edition)
    has_plan = bool(edition.released_run_id) or await waiting_lists.has_booths(uow, edition)
    if not awaiting or not has_plan:
        return
    lined_up = await waiting_lists.line_up(uow, edition, awaiting)
    reason = "first_come" if edition.policy is Policy.FIRST_COME else "next_in_line"
    placed = await offers.move_list_up(uow, edition, reason)
    left = [place for place in lined_up if place.application_id not in placed]
    await waiting_lists.tell_waiting(uow, edition, left, why=waiting_lists.why_none_are_offered(uow, edition))


async def _awaiting(uow: UnitOfWork, edition: Edition) -> list[Place]:
    """Return who awaits an outcome, in the order of acceptance."""
    found = await known_places.list_places(uow.session, edition.edition_id, {Outcome.AWAITING})
    if len(found) <= 1:
        return found
    known = await applications.list_applications(uow.session, edition.edition_id)
    order = {each.application_id: number for number, each in enumerate(known)}
    return sorted(found, key=lambda place: order[place.application_id])


async def place_who_waited(uow: UnitOfWork, event: EditionAnnounced) -> None:
    """Give those accepted before their edition was known what its policy gives at once."""
    edition = await editions.lock_edition(uow.session, event.edition_id)
    if edition.policy is Policy.FIRST_COME:
        await give_or_line_up(uow, edition)


async def free_kept_booths(uow: UnitOfWork, event: RegistrationClosed) -> None:
    """Offer what was kept for quotas' floors to the line: nobody else comes for it."""
    edition = await editions.lock_edition(uow.session, event.edition_id)
    await offers.move_list_up(uow, edition)


async def withdraw(uow: UnitOfWork, event: ApplicationWithdrawn) -> None:
    """Free a withdrawn application's booths, or take it off the waiting list."""
    await _leave(uow, event, Outcome.WITHDRAWN, "application_withdrawn")


async def revoke(uow: UnitOfWork, event: ApplicationRevoked) -> None:
    await _leave(uow, event, Outcome.REVOKED, "application_revoked")


async def _leave(uow: UnitOfWork, event: ApplicationEvent, outcome: Outcome, reason_code: str) -> None:
    edition = await editions.find_locked(uow.session, event.edition_id)
    place = await known_places.find_place(uow.session, event.application_id)
    if place is None or (edition is not None and edition.is_behind):  # never accepted; or its edition rests
        return
    await let_go(uow, place, outcome, reason_code)
    if place.is_held and edition is not None:
        await offers.move_list_up(uow, edition)


async def let_go(uow: UnitOfWork, place: Place, outcome: Outcome, reason_code: str) -> None:
    """End what an application has with an outcome that holds nothing; booths that it held are told to be free."""
    if place.is_held:
        await offers.release_places(uow, [place], reason_code)
    await known_places.save_places(uow.session, [places.give_back(place, outcome)])


async def ask_holders_again(uow: UnitOfWork, event: EditionRescheduled) -> None:
    """Offer every holder its place anew for the new dates.

    An open offer is released and made anew, one after the other; a confirmed holder keeps its place until it answers
    the new offer or that is over. What came free while nothing was given out goes to the line.
    """
    edition = await editions.lock_edition(uow.session, event.edition_id)
    if edition.is_behind and uow.cause is not None:
        await resumptions.put_off_dates(uow.session, edition.edition_id, uow.cause.id, uow.cause.time)
        return
    await ask_again(uow, edition, await known_places.list_places(uow.session, edition.edition_id, HOLDING))
    await offers.move_list_up(uow, edition)


async def ask_again(uow: UnitOfWork, edition: Edition, holding: Sequence[Place]) -> None:
    """Offer holders the booths that they have for the edition's new dates, on the points on which they got them."""
    points = await lapses.list_given_on(uow, edition, holding)
    again = [
        Giving(place, place.booth_codes, "asked_again", place.run_id, points=points.get(place.application_id))
        for place in holding
    ]
    await offers.make_offers(uow, edition, again)


async def end_edition(uow: UnitOfWork, event: EditionEnded) -> None:
    """The fair is over: open offers are taken back, who never got a place is told so; holders keep theirs."""
    edition = await editions.lock_edition(uow.session, event.edition_id)
    await wind_up(uow, edition)


async def cancel_edition(uow: UnitOfWork, event: EditionCancelled) -> None:
    """The edition does not take place: every place is taken back, who never got one is told so."""
    edition = await editions.lock_edition(uow.session, event.edition_id)
    await wind_up(uow, edition)


async def wind_up(uow: UnitOfWork, edition: Edition) -> None:
    """Take back what is not to last beyond an edition that is over; one that rests after a restore does it when it goes on."""
    if edition.is_behind and uow.cause is not None:
        await resumptions.put_off_end(uow.session, edition.edition_id, uow.cause.id)
        return
    released = HOLDING if edition.stage is Stage.CANCELLED else frozenset({Outcome.OFFERED})
    reason_code = f"edition_{edition.stage}"
    holding = await known_places.list_places(uow.session, edition.edition_id, released)
    await offers.release_places(uow, holding, reason_code)
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.RELEASED) for place in holding])
    unplaced = await known_places.list_places(uow.session, edition.edition_id, UNPLACED)
    await close(uow, unplaced, reason_code)


async def close(uow: UnitOfWork, unplaced: Sequence[Place], reason_code: str) -> None:
    """Tell applications that they get no place any more."""
    for place in unplaced:
        uow.emit(
            ApplicationClosedUnplaced(
                edition_id=place.edition_id,
                application_id=place.application_id,
                vendor_id=place.vendor_id,
                reason_code=reason_code,
            )
        )
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.CLOSED) for place in unplaced])
