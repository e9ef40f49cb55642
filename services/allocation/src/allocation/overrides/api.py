"""Overrides over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.overrides import handlers, repository
from allocation.overrides.domain import Change, Override, OverrideState
from allocation.runs.api import LEGAL_DOCUMENT_EXAMPLE
from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Line, Paper, Strict, Uow, allow, new_router

router = new_router("overrides")


class ChangeEntry(Strict):
    """The booths an application gets; an empty list takes its place away."""

    application_id: UUID
    booth_codes: Annotated[tuple[Code, ...], Field(max_length=2)]


class OverrideEntry(Strict):
    """All changes that belong together: who gets a booth, and who gives it up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "changes": [
                        {"application_id": "01901a2b-0000-7000-8000-0000000000a1", "booth_codes": ["A01"]},
                        {"application_id": "01901a2b-0000-7000-8000-0000000000a2", "booth_codes": []},
                    ],
                    "reason": "Theo kết luận giải quyết kiến nghị",
                    "legal_document": LEGAL_DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    changes: Annotated[tuple[ChangeEntry, ...], Field(min_length=1, max_length=20)]
    reason: Line
    legal_document: Paper


class OverrideView(BaseModel):
    """An override with who proposed it and who decided."""

    override_id: UUID
    run_id: UUID
    state: OverrideState
    changes: list[dict[str, Any]]
    reason: str
    legal_document: dict[str, Any]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, override: Override) -> "OverrideView":
        return cls.model_validate({**vars(override), "changes": [vars(each) for each in override.changes]})


@router.post("/runs/{run_id}/overrides", status_code=201, dependencies=[allow(Role.COMMITTEE)])
async def propose_override(run_id: UUID, entry: OverrideEntry, uow: Uow, caller: Caller) -> OverrideView:
    """Propose a change of a result; it counts once a second member of the committee has approved it."""
    changes = [Change(str(each.application_id), each.booth_codes) for each in entry.changes]
    made = await handlers.propose_override(
        uow, run_id, changes, reason=entry.reason, legal_document=entry.legal_document, by=caller.subject
    )
    return OverrideView.of(made)


@router.get("/runs/{run_id}/overrides", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE, Role.AUDITOR)])
async def list_overrides(run_id: UUID, uow: Uow) -> list[OverrideView]:
    """List what was proposed of a run, approved, refused or waiting."""
    return [OverrideView.of(each) for each in await repository.list_overrides(uow.session, run_id)]


@router.post("/overrides/{override_id}/approval", dependencies=[allow(Role.COMMITTEE)])
async def approve_override(override_id: UUID, uow: Uow, caller: Caller) -> OverrideView:
    """Approve as the second person; who proposed it may not."""
    made = await handlers.decide_override(uow, override_id, by=caller.subject, is_approved=True)
    return OverrideView.of(made)


@router.post("/overrides/{override_id}/refusal", dependencies=[allow(Role.COMMITTEE)])
async def refuse_override(override_id: UUID, uow: Uow, caller: Caller) -> OverrideView:
    """Refuse an override, or take back one's own."""
    made = await handlers.decide_override(uow, override_id, by=caller.subject, is_approved=False)
    return OverrideView.of(made)
