"""Appeals over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router
from registration.appeals import handlers
from registration.applications.api import ApplicationView, check_own, view_of_reviewed
from registration.dossiers.api import DocumentEntry
from registration.dossiers.domain import Document

router = new_router("appeals")


class AppealEntry(Strict):
    """Why the rejection is wrong, and papers that show it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"statement": "Nhãn đã được cấp lại ngày 10/7/2020", "evidence": [{"kind": "label"}]}]
        }
    )

    statement: Paragraph | None = None
    evidence: Annotated[tuple[DocumentEntry, ...], Field(max_length=20)] = ()


class AppealView(BaseModel):
    """An appeal as reviewers see it, and by when it is to be decided; ``is_open`` waits for the decision."""

    application_id: UUID
    statement: str | None
    evidence: tuple[str, ...]
    filed_at: datetime
    decide_by_at: datetime
    is_open: bool
    is_overdue: bool


@router.post("/applications/{application_id}/appeal", dependencies=[allow(Role.VENDOR)])
async def appeal(application_id: UUID, uow: Uow, caller: Caller, entry: AppealEntry | None = None) -> ApplicationView:
    """Appeal against a rejection, once, with what speaks for it."""
    entry = entry or AppealEntry()
    evidence = [Document(**one.model_dump()) for one in entry.evidence]
    filed = handlers.file_appeal(uow, application_id, entry.statement, evidence, caller.subject, check_own(caller))
    return view_of_reviewed(await filed)


@router.get("/editions/{edition_id}/appeals", dependencies=[allow(Role.REVIEWER, Role.ORGANISER, Role.COMMITTEE)])
async def list_appeals(edition_id: UUID, uow: Uow) -> list[AppealView]:
    """List an edition's appeals, the most urgent first."""
    return [
        AppealView(
            application_id=one.application_id,
            statement=one.statement,
            evidence=one.evidence,
            filed_at=one.filed_at,
            decide_by_at=one.decide_by_at,
            is_open=listed.is_open,
            is_overdue=listed.is_open and listed.is_late,
        )
        for one, listed in ((listed.appeal, listed) for listed in await handlers.list_appeals(uow, edition_id))
    ]
