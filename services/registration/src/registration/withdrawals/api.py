"""Withdrawals over HTTP, with the list of reasons."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Line, Paragraph, Strict, Uow, allow, new_router, public
from registration.amendments.domain import Grounds
from registration.applications.api import ApplicationView, amender_of, check_own, view_of
from registration.withdrawals import handlers
from registration.withdrawals.domain import REASONS

router = new_router("applications")


class WithdrawalRequest(Strict):
    """The paper by which a vendor, or who nominated it, asks the organiser to withdraw."""

    paper: Line
    issued_on: date


class WithdrawalEntry(Strict):
    """Why; the note is kept with the application, told to nobody, and should name no person.

    The organiser gives the paper by which it was asked for; the vendor reads it in the history, on its page too.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reason_code": "cannot_attend"},
                {
                    "reason_code": "asked_by_vendor",
                    "request": {"paper": "Đơn xin rút số 03/HTX", "issued_on": "2020-07-20"},
                },
            ]
        }
    )

    reason_code: Code
    note: Paragraph | None = None
    request: WithdrawalRequest | None = None

    def to_grounds(self) -> Grounds:
        asked = self.request
        return Grounds(self.reason_code, self.note, asked and asked.paper, asked and asked.issued_on)


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
    withdrawn = await handlers.withdraw_application(
        uow, application_id, amender_of(caller), entry.to_grounds(), check_own(caller)
    )
    return await view_of(uow, withdrawn)
