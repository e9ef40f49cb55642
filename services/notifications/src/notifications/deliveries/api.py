"""HTTP of notices: what was told to whom and what became of it, without names and addresses."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from common.tokens import Role
from common.web import Cursor, Limit, Page, Uow, allow, new_router, page_of
from common.web.models import decode_id_cursor
from notifications.deliveries import repository
from notifications.notices import repository as notices
from notifications.notices.domain import Notice, NoticeState

router = new_router("notices")


class RecipientView(BaseModel):
    """A vendor's id or an agency's code; null while it is not known which agency nominated the vendor."""

    kind: Literal["vendor", "agency", "press"]
    id: str | None


class NoticeView(BaseModel):
    """One notice; ``attempts`` counts how often the channel was asked to take it."""

    notice_id: UUID
    edition_id: UUID
    application_id: UUID | None
    purpose: str
    about_id: UUID
    recipient: RecipientView
    state: NoticeState
    channel: str
    language: str
    attempts: int
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    reason_code: str | None


class AttemptView(BaseModel):
    """One try; ``content_sha256`` proves what was written, ``reply_code`` is the mail server's."""

    number: int
    state: str
    started_at: datetime
    ended_at: datetime | None
    reply_code: int | None
    content_sha256: str | None


class NoticeDetail(NoticeView):
    deliveries: list[AttemptView]


class PurposeCount(BaseModel):
    purpose: str
    state: NoticeState
    notices: int


class NoticeSummary(BaseModel):
    """How many notices of an edition stand where."""

    edition_id: UUID
    total: int
    by_state: dict[str, int]
    by_purpose: list[PurposeCount]


@router.get("/notices", dependencies=[allow(Role.ORGANISER)])
async def list_notices(
    uow: Uow,
    edition_id: Annotated[UUID | None, Query(description="only of this edition")] = None,
    state: Annotated[NoticeState | None, Query(description="only in this state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[NoticeView]:
    """Notices in the order of their making."""
    found = await notices.list_notices(uow.session, edition_id, state, decode_id_cursor(cursor), limit + 1)
    return page_of([_view(notice) for notice in found], limit, lambda notice: notice.notice_id)


@router.get("/notices/{notice_id}", dependencies=[allow(Role.ORGANISER)])
async def get_notice(notice_id: UUID, uow: Uow) -> NoticeDetail:
    """One notice with each try to send it."""
    notice = await notices.get_notice(uow.session, notice_id)
    attempts = await repository.list_attempts(uow.session, notice_id)
    views = [AttemptView.model_validate(attempt, from_attributes=True) for attempt in attempts]
    return NoticeDetail(**_view(notice).model_dump(), deliveries=views)


@router.get("/editions/{edition_id}/notices/summary", dependencies=[allow(Role.ORGANISER)])
async def get_summary(edition_id: UUID, uow: Uow) -> NoticeSummary:
    """Counts of an edition's notices by purpose and state."""
    counts = await notices.count_notices(uow.session, edition_id)
    by_state: Counter[str] = Counter()
    for _, state, number in counts:
        by_state[state] += number
    return NoticeSummary(
        edition_id=edition_id,
        total=by_state.total(),
        by_state=dict(by_state),
        by_purpose=[
            PurposeCount(purpose=purpose, state=NoticeState(state), notices=number) for purpose, state, number in counts
        ],
    )


def _view(notice: Notice) -> NoticeView:
    recipient = {"kind": notice.recipient.kind, "id": notice.recipient.recipient_id}
    return NoticeView.model_validate(vars(notice) | {"recipient": recipient})
