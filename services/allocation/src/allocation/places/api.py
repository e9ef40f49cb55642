"""Where applications stand, over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from allocation.places import repository
from allocation.places.domain import Placement
from common.tokens import Role
from common.web import Cursor, Limit, Page, Uow, allow, new_router, page_of
from common.web.models import decode_id_cursor

router = new_router("places")


class PlacementView(BaseModel):
    """Where one application stands; booths only while it holds them."""

    application_id: UUID
    vendor_id: UUID
    trade_name: str
    booth_codes: tuple[str, ...]
    state: str
    offer_id: UUID | None
    reply_by_at: datetime | None
    waitlist_position: int | None

    @classmethod
    def of(cls, placement: Placement) -> "PlacementView":
        place = placement.place
        return cls(
            application_id=place.application_id,
            vendor_id=place.vendor_id,
            trade_name=placement.trade_name,
            booth_codes=place.booth_codes,
            state=place.outcome,
            offer_id=place.offer_id,
            reply_by_at=place.reply_by_at,
            waitlist_position=placement.waitlist_position,
        )


@router.get("/editions/{edition_id}/placements", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE, Role.INSPECTOR)])
async def list_placements(edition_id: UUID, uow: Uow, cursor: Cursor = None, limit: Limit = 50) -> Page[PlacementView]:
    """List every accepted application with its place, or its position on the waiting list."""
    found = await repository.list_placements(uow.session, edition_id, decode_id_cursor(cursor), limit + 1)
    return page_of([PlacementView.of(each) for each in found], limit, lambda view: view.application_id)
