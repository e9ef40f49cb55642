"""Pins over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from allocation.pins import handlers, repository
from allocation.pins.domain import Pin, Rule, Target
from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Line, Strict, Uow, allow, new_router

router = new_router("pins")


class PinEntry(Strict):
    """What the next run shall hold: ``code`` names the booth or zone, and is left out for a place at all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "application_id": "01901a2b-0000-7000-8000-0000000000a1",
                    "rule": "pin",
                    "target": "booth",
                    "code": "A01",
                    "reason": "Mang khuôn gốm cỡ lớn; cần gian gần lối xe vào",
                }
            ]
        }
    )

    application_id: UUID
    rule: Rule
    target: Target
    code: Code | None = None
    reason: Line


class PinView(BaseModel):
    """A pin, with who said it and who took it back."""

    pin_id: UUID
    edition_id: UUID
    application_id: UUID
    rule: Rule
    target: Target
    code: str | None
    reason: str
    made_by: str
    made_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, pin: Pin) -> "PinView":
        return cls.model_validate(pin, from_attributes=True)


@router.post("/editions/{edition_id}/pins", status_code=201, dependencies=[allow(Role.COMMITTEE)])
async def make_pin(edition_id: UUID, entry: PinEntry, uow: Uow, caller: Caller) -> PinView:
    """Pin an application to a booth, a zone or a place at all, or keep it from there; the next run holds it."""
    what = (entry.rule, entry.target, entry.code)
    made = await handlers.make_pin(uow, edition_id, entry.application_id, what, reason=entry.reason, by=caller.subject)
    return PinView.of(made)


@router.get("/editions/{edition_id}/pins", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE, Role.AUDITOR)])
async def list_pins(edition_id: UUID, uow: Uow) -> list[PinView]:
    """List every pin of an edition, those taken back too."""
    found = await repository.list_pins(uow.session, edition_id, only_in_force=False)
    return [PinView.of(each) for each in found]


@router.post("/pins/{pin_id}/withdrawal", dependencies=[allow(Role.COMMITTEE)])
async def withdraw_pin(pin_id: UUID, uow: Uow, caller: Caller) -> PinView:
    """Take a pin back; runs made before keep it, the next one does not."""
    return PinView.of(await handlers.withdraw_pin(uow, pin_id, by=caller.subject))
