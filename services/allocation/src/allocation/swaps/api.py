"""Swaps over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from allocation.swaps import handlers, links, repository
from allocation.swaps.domain import Side, Swap, SwapState
from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router

router = new_router("swaps")


class SwapEntry(Strict):
    """Two booths that are to change hands; a vendor names its own first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"booth_code": "A01", "other_booth_code": "B07"}]})

    booth_code: Code
    other_booth_code: Code


class SideView(BaseModel):
    """One of the two; ``link`` is shown to the organiser alone, who may hand it on."""

    application_id: UUID
    vendor_id: UUID
    gives: tuple[str, ...]
    consented_at: datetime | None
    link: str | None = None

    @classmethod
    def of(cls, side: Side, link: str | None) -> "SideView":
        return cls(
            application_id=side.application_id,
            vendor_id=side.vendor_id,
            gives=side.booth_codes,
            consented_at=side.consented_at,
            link=link,
        )


class SwapView(BaseModel):
    swap_id: UUID
    edition_id: UUID
    state: SwapState
    one: SideView
    other: SideView
    proposed_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, swap: Swap, key: str | None = None) -> "SwapView":
        one, other = (
            SideView.of(side, links.path(key, swap.swap_id, side.application_id) if key else None)
            for side in (swap.one, swap.other)
        )
        return cls.model_validate({**vars(swap), "one": one, "other": other})


def _key(request: Request, caller: Caller) -> str | None:
    """Return the key of links for the organiser; nobody else sees the other's link."""
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    return key if caller.role is Role.ORGANISER else None


@router.post("/editions/{edition_id}/swaps", status_code=201, dependencies=[allow(Role.VENDOR, Role.ORGANISER)])
async def propose_swap(edition_id: UUID, entry: SwapEntry, request: Request, uow: Uow, caller: Caller) -> SwapView:
    """Propose a swap; a vendor consents by it, the other or both are still to be asked."""
    swap = await handlers.propose_swap(
        uow, edition_id, entry.booth_code, entry.other_booth_code, vendor_id=_asking(caller)
    )
    return SwapView.of(swap, _key(request, caller))


def _asking(caller: Caller) -> UUID | None:
    """Return the vendor that proposes; one whose token names none owns no booth."""
    return (caller.vendor_id or UUID(int=0)) if caller.role is Role.VENDOR else None


@router.get("/editions/{edition_id}/swaps", dependencies=[allow(Role.ORGANISER)])
async def list_swaps(edition_id: UUID, request: Request, uow: Uow, caller: Caller) -> list[SwapView]:
    """List an edition's swaps with the links by which each side answers."""
    found = await repository.list_swaps(uow.session, edition_id)
    return [SwapView.of(each, _key(request, caller)) for each in found]


@router.get("/swaps/{swap_id}", dependencies=[allow(Role.VENDOR, Role.ORGANISER)])
async def read_swap(swap_id: UUID, request: Request, uow: Uow, caller: Caller) -> SwapView:
    """Return a swap; a vendor sees its own."""
    swap = await repository.get_swap(uow.session, swap_id)
    if caller.role is Role.VENDOR:
        swap.side_of_vendor(caller.vendor_id)
    return SwapView.of(swap, _key(request, caller))


@router.post("/swaps/{swap_id}/consent", dependencies=[allow(Role.VENDOR)])
async def consent(swap_id: UUID, uow: Uow, caller: Caller) -> SwapView:
    """Consent; at the second consent the booths change hands. The same answer again changes nothing."""
    side = (await repository.get_swap(uow.session, swap_id)).side_of_vendor(caller.vendor_id)
    return SwapView.of(await handlers.consent(uow, swap_id, side.application_id))


@router.post("/swaps/{swap_id}/refusal", dependencies=[allow(Role.VENDOR)])
async def refuse(swap_id: UUID, uow: Uow, caller: Caller) -> SwapView:
    """Refuse, or take one's own proposal back."""
    side = (await repository.get_swap(uow.session, swap_id)).side_of_vendor(caller.vendor_id)
    return SwapView.of(await handlers.refuse(uow, swap_id, side.application_id))
