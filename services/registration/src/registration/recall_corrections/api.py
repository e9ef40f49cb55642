"""Recalls with their history, and their corrections, over HTTP."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router
from registration.recall_corrections import handlers, repository
from registration.recall_corrections.domain import KeptRecall
from registration.reviews.api import reviewer_of

router = new_router("lapses")


class CorrectionEntry(Strict):
    """Which recall was entered by mistake, by its first day without validity, and why it is taken back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revoked_on": "2023-05-01", "reason": "Quyết định 812 nêu sản phẩm khác"}]}
    )

    revoked_on: date
    reason: Paragraph


class RecallHistoryView(BaseModel):
    """A recall as entered; ``corrected_by`` took it back, and it counts no more."""

    product_id: UUID
    revoked_on: date
    paper: str
    recorded_by: str
    recorded_at: datetime
    reason: str | None
    corrected_by: str | None
    corrected_at: datetime | None

    @classmethod
    def of(cls, kept: KeptRecall) -> "RecallHistoryView":
        return cls(**vars(kept))


class CorrectedView(BaseModel):
    """What followed: acceptances told again with what counts again, and those that a person decides on anew.

    ``given_up``: those whose proposed end is given up in an edition that was held; there nobody is told.
    """

    recall: RecallHistoryView
    told: tuple[UUID, ...]
    reopened: tuple[UUID, ...]
    given_up: tuple[UUID, ...]


@router.get("/products/{product_id}/recalls", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def list_recalls(product_id: UUID, uow: Uow) -> list[RecallHistoryView]:
    """List a product's recalls in the order of entry, also those that were taken back."""
    return [RecallHistoryView.of(one) for one in await repository.list_recalls(uow.session, product_id)]


@router.post("/products/{product_id}/recall-corrections", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def correct(product_id: UUID, entry: CorrectionEntry, uow: Uow, caller: Caller) -> CorrectedView:
    """Take a recall back that was entered by mistake, and undo what followed from it where the fair is not over."""
    done = await handlers.take_recall_back(uow, product_id, entry.revoked_on, entry.reason, reviewer_of(caller))
    recall = RecallHistoryView.of(done.recall)
    return CorrectedView(recall=recall, told=done.told, reopened=done.reopened, given_up=done.given_up)
