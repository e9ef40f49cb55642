"""What each event of a notice made of it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from notifications.notices.domain import Notice, NoticeState, Recipient


def stub_of(
    notice_id: UUID,
    *,
    edition_id: UUID,
    purpose: str,
    about_id: UUID,
    recipient: Recipient,
    correlation_id: str,
    language: str,
    now: datetime,
) -> Notice:
    """Return a notice with all that its events tell of it; what it said is not among that."""
    return Notice(
        notice_id=notice_id,
        edition_id=edition_id,
        application_id=None,
        purpose=purpose,
        about_id=about_id,
        recipient=recipient,
        facts={},
        correlation_id=correlation_id,
        state=NoticeState.DUE,
        due_at=now,
        created_at=now,
        finished_at=None,
        channel="email",
        language=language,
        attempts=0,
        unknowns=0,
        reason_code=None,
    )


def ended(notice: Notice, state: NoticeState, attempts: int, reason_code: str | None, at: datetime) -> Notice:
    return replace(notice, state=state, attempts=attempts, reason_code=reason_code, finished_at=at)


def doubted(notice: Notice, attempts: int, until: datetime) -> Notice:
    """Return a notice of unknown outcome as it was after so many tries."""
    return replace(notice, state=NoticeState.UNKNOWN, attempts=attempts, unknowns=notice.unknowns + 1, due_at=until)
