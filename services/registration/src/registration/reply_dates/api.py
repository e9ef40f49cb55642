"""New dates of an edition over HTTP."""

from uuid import UUID

from pydantic import ConfigDict

from common.tokens import Role
from common.web import Strict, Uow, allow, new_router
from registration.editions.api import EditionView, PeriodEntry
from registration.editions.reasons import EditionReason
from registration.papers.api import PAPER_EXAMPLE, PaperEntry
from registration.reply_dates import handlers

router = new_router("reviews")


class Rescheduling(Strict):
    """New dates, also after a suspension, by their paper."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "new": {"from": "2020-10-09", "to": "2020-10-12"},
                    "reason_code": "covid_19",
                    "legal_document": PAPER_EXAMPLE,
                }
            ]
        }
    )

    new: PeriodEntry
    reason_code: EditionReason
    legal_document: PaperEntry | None = None


@router.post("/editions/{edition_id}/rescheduling", dependencies=[allow(Role.ORGANISER)])
async def reschedule(edition_id: UUID, entry: Rescheduling, uow: Uow) -> EditionView:
    """Set new dates; accepted applications are judged by them and keep their place."""
    edition = await handlers.reschedule_edition(
        uow, edition_id, entry.new.to_days(), entry.reason_code, entry.legal_document
    )
    return EditionView.of(edition)
