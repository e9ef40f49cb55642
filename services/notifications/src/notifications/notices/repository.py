"""All SQL of notices but their delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from notifications.notices.domain import Intent, Notice, NoticeState, Recipient
from notifications.notices.tables import NoticeRow


async def add_notices(session: AsyncSession, notices: Mapping[UUID, Intent], now: datetime) -> None:
    """Store new notices; one that is there already (same recipient, purpose and event) stays as it is."""
    if not notices:
        return
    rows = [
        {
            "notice_id": notice_id,
            **{name: value for name, value in asdict(intent).items() if name != "recipient"},
            "recipient_kind": intent.recipient.kind,
            "recipient_id": intent.recipient.recipient_id,
            "party_id": intent.recipient.party_id,
            "state": NoticeState.DUE if intent.recipient.recipient_id else NoticeState.WAITING_APPLICATION,
            "due_at": now,
            "created_at": now,
            "channel": "email",
            "language": "vi",
            "attempts": 0,
            "unknowns": 0,
        }
        for notice_id, intent in notices.items()
    ]
    await session.execute(insert(NoticeRow).values(rows).on_conflict_do_nothing())


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
    if notices:
        await session.execute(update(NoticeRow), [_to_values(notice, lease_until) for notice in notices])


def _to_values(notice: Notice, lease_until: datetime | None) -> dict[str, Any]:
    changing = ("notice_id", "state", "due_at", "finished_at", "language", "attempts", "unknowns", "reason_code")
    values: dict[str, Any] = {name: getattr(notice, name) for name in changing}
    return values | {
        "recipient_id": notice.recipient.recipient_id,
        "party_id": notice.recipient.party_id,
        "lease_until": lease_until if notice.state is NoticeState.SENDING else None,
    }


def to_notice(row: NoticeRow) -> Notice:
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
