"""Offers over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from allocation.answers import handlers
from allocation.offers import domain, repository
from allocation.offers.domain import Offer, OfferState
from common.tokens import Role
from common.web import Caller, Uow, allow, new_router

router = new_router("offers")


class OfferView(BaseModel):
    """An offer as its vendor sees it."""

    offer_id: UUID
    edition_id: UUID
    application_id: UUID
    vendor_id: UUID
    booth_codes: tuple[str, ...]
    state: OfferState
    reply_by_at: datetime
    made_at: datetime
    answered_at: datetime | None

    @classmethod
    def of(cls, offer: Offer) -> "OfferView":
        return cls.model_validate(offer, from_attributes=True)


@router.get("/offers/{offer_id}", dependencies=[allow(Role.VENDOR, Role.ORGANISER)])
async def read_offer(offer_id: UUID, uow: Uow, caller: Caller) -> OfferView:
    """Return an offer; a vendor sees its own."""
    offer = await repository.get_offer(uow.session, offer_id)
    if caller.role is Role.VENDOR:
        domain.require_vendor(offer, caller.vendor_id)
    return OfferView.of(offer)


@router.post("/offers/{offer_id}/confirmation", dependencies=[allow(Role.VENDOR)])
async def confirm(offer_id: UUID, uow: Uow, caller: Caller) -> OfferView:
    """Take the place; the same answer again changes nothing."""
    return OfferView.of(await handlers.confirm_offer(uow, offer_id, handlers.Answerer(caller.vendor_id)))


@router.post("/offers/{offer_id}/decline", dependencies=[allow(Role.VENDOR)])
async def decline(offer_id: UUID, uow: Uow, caller: Caller) -> OfferView:
    """Give the place up; it goes to the next in line."""
    return OfferView.of(await handlers.decline_offer(uow, offer_id, handlers.Answerer(caller.vendor_id)))
