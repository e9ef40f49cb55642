"""Withdrawals over HTTP, with the list of reasons."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router, public
from registration.amendments.domain import Grounds
from registration.applications.api import ApplicationView, amender_of, check_own, view_of
from registration.withdrawals import handlers
from registration.withdrawals.domain import REASONS

router = new_router("applications")


class WithdrawalEntry(Strict):
    """Why; the note is kept with the application, told to nobody, and should name no person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason_code": "cannot_attend"}]})

    reason_code: Code
    note: Paragraph | None = None


class WithdrawalReasonView(BaseModel):
    """A reason of the list, and who may give it."""

    code: str
    vi: str
    en: str
    given_by: tuple[str, ...]
    needs_note: bool


@router.get("/withdrawal-reasons", dependencies=[public])
async def list_reasons() -> list[WithdrawalReasonView]:
    """List the reasons for which an application may be withdrawn."""
    return [WithdrawalReasonView(code=code, **vars(reason)) for code, reason in REASONS.items()]


@router.post(
    "/applications/{application_id}/withdrawal", dependencies=[allow(Role.VENDOR, Role.PROVINCE, Role.ORGANISER)]
)
async def withdraw(application_id: UUID, entry: WithdrawalEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Withdraw an application for good, for a reason of the list; a place that it holds becomes free."""
    grounds = Grounds(entry.reason_code, entry.note)
    return await view_of(
        uow,
        await handlers.withdraw_application(uow, application_id, amender_of(caller), grounds, check_own(caller)),
    )
