"""The ledger of support over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.delivery.untold import Asked
from common.tokens import Role
from common.web import Caller, Line, Paragraph, Strict, Uow, allow, new_router
from registration.subsidies import handlers
from registration.subsidies.handlers import Entered, Support

router = new_router("subsidies")


class SupportEntry(Strict):
    """Support of a vendor in an edition: for what, out of whose money, how much where a rule or paper says so.

    ``again_by``: the paper by which a line that a restored database lost is entered again.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "vendor_id": "01890a5d-ac96-774b-bcce-b302099a8057",
                    "purpose": "booth",
                    "funded_by": "Ngân sách thành phố Hà Nội",
                    "amount_vnd": 3000000,
                }
            ]
        }
    )

    vendor_id: UUID
    purpose: Code
    funded_by: Line
    amount_vnd: Annotated[int, Field(ge=0, le=10**12)] | None = None
    again_by: Line | None = None


class ReversalEntry(Strict):
    """Why a line is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Chủ thể rút trước khai mạc"}]})

    reason: Paragraph


class SupportLineView(BaseModel):
    """A line of the ledger; ``doubles_line_id`` names the first for the same, where vendors were merged later.

    ``reason``: why it takes another one back, or by which paper it was entered again after a restore.
    """

    line_id: UUID
    edition_id: UUID
    vendor_id: UUID
    producer_id: UUID
    purpose: str
    funded_by: str
    amount_vnd: int | None
    reverses_line_id: UUID | None
    reason: str | None
    entered_at: datetime
    doubles_line_id: UUID | None

    @classmethod
    def of(cls, entered: Entered) -> "SupportLineView":
        line = {name: value for name, value in vars(entered.line).items() if name in cls.model_fields}
        return cls(producer_id=entered.producer_id, doubles_line_id=entered.doubles_line_id, **line)


class Confirmation(Strict):
    """How it is known that all lines which a restore lost, and merges of vendors, were entered again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Đã đối chiếu chứng từ chi từ 28 đến 30 tháng 7"}]}
    )

    reason: Paragraph


class HoldView(BaseModel):
    """A restore that may have lost lines: since when new support is held, and who said that the lines are there again."""

    since: datetime
    is_open: bool
    confirmed_by: str | None
    confirmed_at: datetime | None
    reason: str | None


class LedgerView(BaseModel):
    """Whether new support is held, since a restore may have lost lines; the holds, oldest first."""

    is_held: bool
    holds: list[HoldView]

    @classmethod
    def of(cls, holds: Sequence[Asked]) -> "LedgerView":
        return cls(is_held=any(one.is_open for one in holds), holds=[HoldView(**vars(one)) for one in holds])


@router.get("/support-ledger", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE, Role.AUDITOR, Role.OPERATOR)])
async def read_ledger(uow: Uow) -> LedgerView:
    """Tell whether new support is held after a restore, and who ended that before, when and why."""
    return LedgerView.of(await handlers.list_holds(uow))


@router.post("/support-ledger/confirmation", dependencies=[allow(Role.ORGANISER)])
async def confirm(confirmation: Confirmation, uow: Uow, caller: Caller) -> LedgerView:
    """Say that all lines that a restore lost were entered again; from then on new support is entered."""
    return LedgerView.of(await handlers.confirm_entered(uow, confirmation.reason, caller.subject))


@router.post("/editions/{edition_id}/support-lines", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def enter(edition_id: UUID, entry: SupportEntry, uow: Uow, caller: Caller) -> SupportLineView:
    """Enter support; refused with the first line named where the same is supported already, by whomever."""
    support = Support(entry.vendor_id, entry.purpose, entry.funded_by, entry.amount_vnd, entry.again_by)
    return SupportLineView.of(await handlers.enter_support(uow, edition_id, support, caller.subject))


@router.post("/support-lines/{line_id}/reversal", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def reverse(line_id: UUID, entry: ReversalEntry, uow: Uow, caller: Caller) -> SupportLineView:
    """Take a line back by another one; the same may be supported again."""
    return SupportLineView.of(await handlers.reverse_support(uow, line_id, entry.reason, caller.subject))


@router.get("/editions/{edition_id}/support-lines", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE, Role.AUDITOR)])
async def list_lines(edition_id: UUID, uow: Uow) -> list[SupportLineView]:
    """List an edition's ledger, oldest line first."""
    return [SupportLineView.of(one) for one in await handlers.list_support(uow, edition_id)]
