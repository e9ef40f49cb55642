"""Folds back what was told of a place: the world saw it, people were told, and who held a booth keeps it."""

from dataclasses import replace
from datetime import datetime

from allocation.check_ins import repository as check_ins
from allocation.check_ins.domain import CheckIn
from allocation.lapses.handlers import LAPSED
from allocation.offers import repository as known_offers
from allocation.offers.domain import Offer, OfferState, release
from allocation.offers.handlers import PLACED_BY_OVERRIDE, PLACED_BY_RUN
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.recalls import domain, repository
from allocation.recalls.domain import Joining
from allocation.resumptions import repository as resumptions
from allocation.waiting_lists import repository as lines
from common.contracts.allocation import (
    ApplicationClosedUnplaced,
    ApplicationWaitlisted,
    BoothCheckedIn,
    BoothConfirmed,
    BoothDeclined,
    BoothMoved,
    BoothNoShow,
    BoothOffered,
    BoothOfferExpired,
    BoothReleased,
    PlaceEvent,
)
from common.delivery.settling import NOTHING, REAPPLIED, Settled, told_at
from common.delivery.unit_of_work import UnitOfWork

BY_RUN = frozenset({PLACED_BY_RUN, PLACED_BY_OVERRIDE})
Answer = BoothConfirmed | BoothDeclined | BoothOfferExpired


async def recall_offer(uow: UnitOfWork, event: BoothOffered) -> Settled:
    """Hold the booths again, by the same offer and until the same moment: the links that are out open it."""
    place = await _begin(uow, event)
    if await known_offers.find_offer(uow.session, event.offer_id) is not None:
        return NOTHING
    is_by_run = event.reasons[0].code in BY_RUN
    offer = _to_offer(uow, event, OfferState.OPEN, event.reply_by_at)
    run_id, points = event.run_id if is_by_run else None, domain.points_of(event.reasons[0].data)
    await known_offers.add_offers(uow.session, [replace(offer, run_id=run_id, points=points)])
    if place.standing is None:
        _, last = await lines.get_ranks(uow.session, event.edition_id)
        place = replace(place, standing=last + 1)
    await _hold(uow, places.offer(place, event.offer_id, event.booth_codes, event.reply_by_at, event.run_id))
    return REAPPLIED


async def recall_confirmation(uow: UnitOfWork, event: BoothConfirmed) -> Settled:
    """Let the holder have confirmed."""
    place = await _begin(uow, event)
    await _answer(uow, event, OfferState.CONFIRMED)
    held = replace(place, offer_id=event.offer_id, booth_codes=event.booth_codes)
    await _hold(uow, places.take(held))
    return REAPPLIED


async def recall_refusal(uow: UnitOfWork, event: BoothDeclined) -> Settled:
    """Let the holder have declined; to whom the booth went was told next."""
    place = await _begin(uow, event)
    await _answer(uow, event, OfferState.DECLINED)
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.DECLINED)])
    return REAPPLIED


async def recall_expiry(uow: UnitOfWork, event: BoothOfferExpired) -> Settled:
    """Let the offer have ended without an answer."""
    place = await _begin(uow, event)
    await _answer(uow, event, OfferState.EXPIRED)
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.EXPIRED)])
    return REAPPLIED


async def recall_move(uow: UnitOfWork, event: BoothMoved) -> Settled:
    """Let the holder stand where it was moved to; an open offer stands for the new booths."""
    place = await _begin(uow, event)
    await known_offers.change_booths(uow.session, [(place.offer_id, event.new_booth_codes)])
    await _hold(uow, replace(place, booth_codes=event.new_booth_codes))
    return REAPPLIED


async def recall_release(uow: UnitOfWork, event: BoothReleased) -> Settled:
    """Let the booths be free; what becomes of the application the reason says."""
    place = await _begin(uow, event)
    if place.offer_id is not None:
        found = await known_offers.lock_offers(uow.session, [place.offer_id])
        await known_offers.save_offers(uow.session, [release(offer, told_at(uow)) for offer in found])
    await known_places.save_places(uow.session, [domain.let_go(place, event.booth_codes, event.reason_code)])
    return REAPPLIED


async def recall_wait(uow: UnitOfWork, event: ApplicationWaitlisted) -> Settled:
    """Let the application wait where it was told that it waits."""
    place = await _begin(uow, event)
    is_moved = bool(event.reasons) and event.reasons[0].code == LAPSED
    joining = Joining(
        position=event.position,
        step=await repository.list_step(uow.session, event.edition_id, uow.cause.sequence if uow.cause else 0),
        is_in_front=bool(event.released_booth_codes),
        is_moved=is_moved,
    )
    former = event.released_booth_codes or (place.former_booth_codes if is_moved else ())
    waiting = {
        each.application_id: each
        for each in await known_places.list_places(uow.session, event.edition_id, {Outcome.WAITLISTED})
    }
    line = domain.stand(list(waiting), event.application_id, joining)
    bounds = await lines.get_ranks(uow.session, event.edition_id)
    ranked = domain.rank(line, waiting, replace(place, booth_codes=former), bounds)
    await known_places.save_places(uow.session, ranked)
    return REAPPLIED


async def recall_end(uow: UnitOfWork, event: ApplicationClosedUnplaced) -> Settled:
    """Let the application have ended without a place."""
    place = await _begin(uow, event)
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.CLOSED)])
    return REAPPLIED


async def recall_look(uow: UnitOfWork, event: BoothCheckedIn | BoothNoShow) -> Settled:
    """Let an inspector have seen, or missed, the holder on that day."""
    place = await _begin(uow, event)
    is_present = isinstance(event, BoothCheckedIn)
    seen = CheckIn(event.application_id, event.edition_id, event.on, is_present)
    await check_ins.save_check_ins(uow.session, [seen], told_at(uow))
    await _hold(uow, places.see(replace(place, booth_codes=event.booth_codes), present=is_present))
    return REAPPLIED


async def _begin(uow: UnitOfWork, event: PlaceEvent) -> Place:
    """Let the edition rest; return where the application stands, of which registration may tell only later."""
    await resumptions.begin(uow.session, event.edition_id)
    known = await known_places.find_place(uow.session, event.application_id)
    return known or Place(event.application_id, event.edition_id, event.vendor_id)


async def _hold(uow: UnitOfWork, place: Place) -> None:
    """Store a holder; of the steps in which several change places each is told alone, so that others may hold its booths yet."""
    await repository.take_from_others(uow.session, place.edition_id, place.application_id, place.booth_codes)
    await known_places.save_places(uow.session, [place])


async def _answer(uow: UnitOfWork, event: Answer, state: OfferState) -> None:
    answered = _to_offer(uow, event, state, told_at(uow))
    if await known_offers.find_offer(uow.session, event.offer_id) is None:
        await known_offers.add_offers(uow.session, [answered])
    await known_offers.save_offers(uow.session, [replace(answered, answered_at=told_at(uow))])


def _to_offer(uow: UnitOfWork, event: BoothOffered | Answer, state: OfferState, reply_by_at: datetime) -> Offer:
    return Offer(
        offer_id=event.offer_id,
        edition_id=event.edition_id,
        application_id=event.application_id,
        vendor_id=event.vendor_id,
        booth_codes=event.booth_codes,
        reply_by_at=reply_by_at,
        state=state,
        made_at=told_at(uow),
    )
