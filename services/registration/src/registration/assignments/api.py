"""Reviewers, turns and interests over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Line, Paragraph, Strict, Uow, allow, new_router
from registration.applications import handlers as applications
from registration.assignments import handlers, repository
from registration.assignments.domain import Reviewer

router = new_router("assignments")


class ReviewerEntry(Strict):
    """A reviewer: the subject of its token, and where it comes from."""

    subject: Line
    agency_code: Code | None = None
    province_code: Code | None = None


class ReviewersEntry(Strict):
    """Who reviews an edition, in the order of turns."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reviewers": [{"subject": "lan", "agency_code": "hn.snn"}, {"subject": "minh"}]}]
        }
    )

    reviewers: Annotated[tuple[ReviewerEntry, ...], Field(min_length=1, max_length=100)]


class ReviewerView(BaseModel):
    """A reviewer of an edition."""

    subject: str
    agency_code: str | None
    province_code: str | None


class TurnsView(BaseModel):
    """What was given to whom, and what nobody of the list may review: add reviewers for those."""

    assigned: dict[UUID, str]
    nobodys: tuple[UUID, ...]


class AssignmentView(BaseModel):
    """Whose application it is since when."""

    application_id: UUID
    reviewer: str
    assigned_at: datetime


class InterestEntry(Strict):
    """The interest that a reviewer has in an application."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Chủ thể là người thân trong gia đình"}]})

    reason: Paragraph


class InterestView(BaseModel):
    """Who reviews the application now; null where nobody may."""

    application_id: UUID
    reviewer: str | None


@router.put("/editions/{edition_id}/reviewers", dependencies=[allow(Role.ORGANISER)])
async def set_reviewers(edition_id: UUID, entry: ReviewersEntry, uow: Uow) -> list[ReviewerView]:
    """Set who reviews an edition's applications; what was given out already stays."""
    reviewers = [Reviewer(one.agency_code, one.province_code, one.subject) for one in entry.reviewers]
    return [ReviewerView(**vars(one)) for one in await handlers.set_reviewers(uow, edition_id, reviewers)]


@router.post("/editions/{edition_id}/assignments", dependencies=[allow(Role.ORGANISER)])
async def assign(edition_id: UUID, uow: Uow) -> TurnsView:
    """Give all applications that wait to reviewers in turn; interests are left out."""
    turns = await handlers.assign_waiting(uow, edition_id)
    return TurnsView(assigned=dict(turns.assigned), nobodys=turns.nobodys)


@router.get("/editions/{edition_id}/assignments", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def list_assignments(edition_id: UUID, uow: Uow, caller: Caller) -> list[AssignmentView]:
    """List who reviews what; a reviewer sees its own."""
    mine = caller.subject if caller.role is Role.REVIEWER else None
    return [AssignmentView(**vars(one)) for one in await repository.list_assignments(uow.session, edition_id, mine)]


@router.post("/applications/{application_id}/interests", dependencies=[allow(Role.REVIEWER)])
async def declare(application_id: UUID, entry: InterestEntry, uow: Uow, caller: Caller) -> InterestView:
    """Declare an interest: the application goes to the next in turn, and the caller decides nothing about it."""
    application, _ = await applications.open_application(uow, application_id)
    reviewer = Reviewer(caller.agency_code, caller.province_code, caller.subject)
    now_with = await handlers.declare_interest(uow, application, reviewer, entry.reason)
    return InterestView(application_id=application_id, reviewer=now_with)
