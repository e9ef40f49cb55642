"""Where an application stands, and why others came before it, over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from allocation.explanations.api import STAFF
from allocation.explanations.handlers import Asker
from allocation.passings import handlers
from allocation.passings.handlers import Waiting
from common.contracts.base import Reason
from common.tokens import Role
from common.web import Caller, Uow, allow, new_router

router = new_router("passings")


class PassingView(BaseModel):
    """For what reason an application was passed over, how often, and how many behind it got a place then."""

    reason: Reason
    position: int
    times: int
    served: int
    first_at: datetime
    last_at: datetime


class WaitingView(BaseModel):
    """Where an application stands; while it waits its position and what keeps it from a place now."""

    application_id: UUID
    edition_id: UUID
    trade_name: str
    state: str
    waitlist_position: int | None
    reasons: list[Reason]
    passings: list[PassingView]

    @classmethod
    def of(cls, waiting: Waiting) -> "WaitingView":
        return cls(
            application_id=waiting.place.application_id,
            edition_id=waiting.place.edition_id,
            trade_name=waiting.application.trade_name,
            state=waiting.place.outcome,
            waitlist_position=waiting.position,
            reasons=list(waiting.reasons),
            passings=[PassingView.model_validate(each, from_attributes=True) for each in waiting.passings],
        )


@router.get("/applications/{application_id}/waiting", dependencies=[allow(Role.VENDOR, Role.PROVINCE, *STAFF)])
async def read_waiting(application_id: UUID, uow: Uow, caller: Caller) -> WaitingView:
    """Return where an application stands and why others behind it got a place; a vendor and a province see their own."""
    asker = Asker(caller.vendor_id, caller.province_code, is_staff=caller.role in STAFF)
    return WaitingView.of(await handlers.read_waiting(uow, application_id, asker))
