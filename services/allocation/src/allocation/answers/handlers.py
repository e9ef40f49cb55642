"""Answers to offers: confirm, decline, let expire; what is given up goes to the next in line at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from allocation.editions import repository as editions
from allocation.editions.domain import Edition, Stage
from allocation.offers import domain, repository
from allocation.offers import handlers as offers
from allocation.offers.domain import Offer
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome
from common.calendar import VIETNAM
from common.contracts.allocation import BoothConfirmed, BoothDeclined, BoothOfferExpired
from common.delivery.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Answerer:
    """The vendor whose token answers; the holder of a signed link is nobody else."""

    vendor_id: UUID | None


async def confirm_offer(uow: UnitOfWork, offer_id: UUID, answerer: Answerer | None = None) -> Offer:
    """Take a place; raises OfferExpiredError, OfferClosedError, and NotYourOfferError for another vendor's."""
    edition, offer = await _lock(uow, offer_id, answerer, alone=False)
    confirmed = domain.confirm(offer, uow.now, is_stopped=edition.is_suspended)
    if confirmed is not offer:
        place = await known_places.lock_place(uow.session, offer.application_id)
        await repository.save_offers(uow.session, [confirmed])
        await known_places.note_outcomes(uow.session, [places.take(place)])
        uow.emit(
            BoothConfirmed(
                edition_id=offer.edition_id,
                offer_id=offer_id,
                application_id=offer.application_id,
                vendor_id=offer.vendor_id,
                booth_codes=offer.booth_codes,
            )
        )
    return confirmed


async def decline_offer(uow: UnitOfWork, offer_id: UUID, answerer: Answerer | None = None) -> Offer:
    """Give a place up; it is offered to the next in line. Raises as confirm_offer."""
    edition, offer = await _lock(uow, offer_id, answerer, alone=True)
    declined = domain.decline(offer, uow.now, is_stopped=edition.is_suspended)
    if declined is not offer:
        await repository.save_offers(uow.session, [declined])
        place = await known_places.get_place(uow.session, offer.application_id)
        await known_places.save_places(uow.session, [places.give_back(place, Outcome.DECLINED)])
        uow.emit(
            BoothDeclined(
                edition_id=offer.edition_id,
                offer_id=offer_id,
                application_id=offer.application_id,
                vendor_id=offer.vendor_id,
                booth_codes=offer.booth_codes,
            )
        )
        await _move_up_after(uow, edition, [offer])
    return declined


async def _lock(uow: UnitOfWork, offer_id: UUID, answerer: Answerer | None, *, alone: bool) -> tuple[Edition, Offer]:
    """Hold the edition, alone where booths may change hands, then the offer."""
    edition = await repository.hold_edition(uow.session, offer_id, alone=alone)
    offer = await repository.lock_offer(uow.session, offer_id)
    if answerer is not None:
        domain.require_vendor(offer, answerer.vendor_id)
    return edition, offer


async def expire_due_offers(uow: UnitOfWork, limit: int) -> int:
    """End offers whose time is over, and give their booths to the next in line; a timer. Return how many."""
    due = await repository.list_due_offers(uow.session, uow.now, limit)
    for edition_id in sorted({offer.edition_id for offer in due}):
        edition = await editions.lock_edition(uow.session, edition_id)
        mine = [offer for offer in due if offer.edition_id == edition_id]
        await _expire(uow, edition, [offer.offer_id for offer in mine])
        await _move_up_after(uow, edition, mine)
    return len(due)


async def _expire(uow: UnitOfWork, edition: Edition, offer_ids: Sequence[UUID]) -> None:
    """End offers found due, but for those answered, or stopped, since they were found."""
    locked = await repository.lock_offers(uow.session, offer_ids)
    answered = [domain.expire(offer, uow.now, is_stopped=edition.is_suspended) for offer in locked]
    expired = [offer for offer, before in zip(answered, locked, strict=True) if offer is not before]
    await repository.save_offers(uow.session, expired)
    found = await known_places.get_places(uow.session, [offer.application_id for offer in expired])
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.EXPIRED) for place in found])
    for offer in expired:
        uow.emit(
            BoothOfferExpired(
                edition_id=offer.edition_id,
                offer_id=offer.offer_id,
                application_id=offer.application_id,
                vendor_id=offer.vendor_id,
                booth_codes=offer.booth_codes,
            )
        )


async def _move_up_after(uow: UnitOfWork, edition: Edition, ended: Sequence[Offer]) -> None:
    """Offer what came free to the next in line: on a fair day only where it was a no-show's, by the hour."""
    opens_at = datetime.combine(edition.first_on, time(), VIETNAM)
    if edition.stage is Stage.LIVE and any(offer.made_at >= opens_at for offer in ended):
        await offers.offer_on_the_day(uow, edition)
    else:
        await offers.move_list_up(uow, edition)


async def find_next_deadline(uow: UnitOfWork) -> datetime | None:
    """Return the moment at which the next offer expires."""
    return await repository.find_next_deadline(uow.session)
