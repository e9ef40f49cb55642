"""All SQL of notices but their delivery."""

# names of columns alone are put into the texts

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.gathering import gather_new
from common.errors import NotFoundError
from notifications.notices.domain import Intent, Notice, NoticeState, Recipient
from notifications.notices.tables import NoticeRow

COLUMNS = ", ".join(f"notices.{column.key}" for column in NoticeRow.__table__.columns)
# Statements of the busy paths are texts with arrays: they are made once, and one does for any number of notices.
_SAVE = text(
    """
    UPDATE notices SET state = new.state, due_at = new.due_at, finished_at = new.finished_at, language = new.language,
        attempts = new.attempts, unknowns = new.unknowns, reason_code = new.reason_code,
        recipient_id = new.recipient_id, party_id = new.party_id,
        lease_until = CASE WHEN new.state = 'sending' THEN CAST(:lease_until AS timestamptz) END
    FROM unnest(CAST(:notice_ids AS uuid[]), CAST(:states AS text[]), CAST(:due_ats AS timestamptz[]),
                CAST(:finished_ats AS timestamptz[]), CAST(:languages AS text[]), CAST(:attempts AS int[]),
                CAST(:unknowns AS int[]), CAST(:reason_codes AS text[]), CAST(:recipient_ids AS text[]),
                CAST(:party_ids AS uuid[]))
         AS new (notice_id, state, due_at, finished_at, language, attempts, unknowns, reason_code, recipient_id,
                 party_id)
    WHERE notices.notice_id = new.notice_id
    """
)


def add_notice(session: AsyncSession, notice_id: UUID, intent: Intent, now: datetime) -> None:
    """Store a new notice; one that is there already (same recipient, purpose and event) stays as it is."""
    state = NoticeState.WAITING_APPLICATION if intent.recipient.recipient_id is None else NoticeState.DUE
    values: dict[str, Any] = {
        "notice_id": notice_id,
        "edition_id": intent.edition_id,
        "application_id": intent.application_id,
        "purpose": intent.purpose,
        "about_id": intent.about_id,
        "recipient_kind": intent.recipient.kind,
        "recipient_id": intent.recipient.recipient_id,
        "party_id": intent.recipient.party_id,
        "facts": intent.facts,
        "correlation_id": intent.correlation_id,
        "state": state.value,
        "due_at": now,
        "created_at": now,
        "channel": "email",
        "language": "vi",
        "attempts": 0,
        "unknowns": 0,
    }
    gather_new(session, NoticeRow, values)


async def remove_unsent(session: AsyncSession, party_id: UUID, purpose: str, kept: Sequence[UUID]) -> None:
    """Remove notices of a purpose to a party that nobody began to send, but for those about some things."""
    unsent = ("due", "waiting_contact", "waiting_edition")
    await session.execute(
        delete(NoticeRow).where(
            NoticeRow.party_id == party_id,
            NoticeRow.purpose == purpose,
            NoticeRow.state.in_(unsent),
            NoticeRow.attempts == 0,
            NoticeRow.about_id.not_in(kept),
        )
    )


async def list_notices(
    session: AsyncSession, edition_id: UUID | None, state: str | None, after: UUID | None, limit: int
) -> list[Notice]:
    """Return notices in the order of their making, from behind one of them."""
    query = select(NoticeRow).order_by(NoticeRow.notice_id).limit(limit)
    if edition_id is not None:
        query = query.where(NoticeRow.edition_id == edition_id)
    if state is not None:
        query = query.where(NoticeRow.state == state)
    if after is not None:
        query = query.where(NoticeRow.notice_id > after)
    return [to_notice(row) for row in await session.scalars(query)]


async def get_notice(session: AsyncSession, notice_id: UUID) -> Notice:
    row = await session.get(NoticeRow, notice_id)
    if row is None:
        raise NotFoundError("notice", notice_id)
    return to_notice(row)


async def count_notices(session: AsyncSession, edition_id: UUID) -> list[tuple[str, str, int]]:
    """Return (purpose, state, number) of an edition's notices."""
    query = (
        select(NoticeRow.purpose, NoticeRow.state, func.count())
        .where(NoticeRow.edition_id == edition_id)
        .group_by(NoticeRow.purpose, NoticeRow.state)
        .order_by(NoticeRow.purpose, NoticeRow.state)
    )
    return [(purpose, state, number) for purpose, state, number in await session.execute(query)]


async def save_notices(session: AsyncSession, notices: Sequence[Notice], lease_until: datetime | None = None) -> None:
    """Store where notices stand now; those that are being sent are leased until then."""
    if not notices:
        return
    values: dict[str, Any] = {
        "lease_until": lease_until,
        "notice_ids": [notice.notice_id for notice in notices],
        "states": [notice.state.value for notice in notices],
        "due_ats": [notice.due_at for notice in notices],
        "finished_ats": [notice.finished_at for notice in notices],
        "languages": [notice.language for notice in notices],
        "attempts": [notice.attempts for notice in notices],
        "unknowns": [notice.unknowns for notice in notices],
        "reason_codes": [notice.reason_code for notice in notices],
        "recipient_ids": [notice.recipient.recipient_id for notice in notices],
        "party_ids": [notice.recipient.party_id for notice in notices],
    }
    await session.execute(_SAVE, values)


def to_notice(row: NoticeRow | Row[Any]) -> Notice:
    """Return a stored notice."""
    return Notice(
        notice_id=row.notice_id,
        edition_id=row.edition_id,
        application_id=row.application_id,
        purpose=row.purpose,
        about_id=row.about_id,
        recipient=Recipient(row.recipient_kind, row.recipient_id, row.party_id),
        facts=row.facts,
        correlation_id=row.correlation_id,
        state=NoticeState(row.state),
        due_at=row.due_at,
        created_at=row.created_at,
        finished_at=row.finished_at,
        channel=row.channel,
        language=row.language,
        attempts=row.attempts,
        unknowns=row.unknowns,
        reason_code=row.reason_code,
    )
