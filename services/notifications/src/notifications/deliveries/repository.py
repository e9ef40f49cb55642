"""All SQL of deliveries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.deliveries.domain import Attempt, AttemptState
from notifications.deliveries.tables import DeliveryRow
from notifications.notices.domain import Notice, NoticeState
from notifications.notices.repository import to_notice
from notifications.notices.tables import NoticeRow

CHANNEL = "email"


async def lock_notices(session: AsyncSession, notice_ids: Collection[UUID]) -> dict[UUID, Notice]:
    query = select(NoticeRow).where(NoticeRow.notice_id.in_(notice_ids)).order_by(NoticeRow.notice_id)
    rows = await session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.notice_id: to_notice(row) for row in rows}


async def extend_leases(session: AsyncSession, attempts: Mapping[UUID, int], lease_seconds: float) -> None:
    """Hold on to notices that wait in a sender's hand, unless the lease has run out and they were taken over."""
    await session.execute(
        update(NoticeRow)
        .where(
            tuple_(NoticeRow.notice_id, NoticeRow.attempts).in_(attempts.items()),
            NoticeRow.state == NoticeState.SENDING,
        )
        .values(lease_until=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds))
    )


async def add_attempts(session: AsyncSession, attempts: Sequence[Attempt]) -> None:
    """Store tries that begin."""
    if attempts:
        await session.execute(insert(DeliveryRow), [{"channel": CHANNEL, **asdict(attempt)} for attempt in attempts])


async def save_attempts(session: AsyncSession, attempts: Sequence[Attempt]) -> None:
    """Store how tries ended."""
    if attempts:
        values = [
            {name: value for name, value in asdict(attempt).items() if name != "started_at"} for attempt in attempts
        ]
        await session.execute(update(DeliveryRow), [{"channel": CHANNEL, **value} for value in values])


async def remove_attempts(session: AsyncSession, attempts: Mapping[UUID, int]) -> None:
    """Remove tries that did not take place."""
    if attempts:
        key = tuple_(DeliveryRow.notice_id, DeliveryRow.number)
        await session.execute(delete(DeliveryRow).where(key.in_(attempts.items())))


async def mark_lost(session: AsyncSession, attempts: Mapping[UUID, int], now: datetime) -> None:
    """Store that tries ended without anybody knowing how."""
    if attempts:
        key = tuple_(DeliveryRow.notice_id, DeliveryRow.number)
        statement = update(DeliveryRow).where(key.in_(attempts.items()))
        await session.execute(statement.values(state=AttemptState.UNKNOWN, ended_at=now))


async def list_attempts(session: AsyncSession, notice_id: UUID) -> list[Attempt]:
    """Return all tries of a notice, the first one first."""
    query = select(DeliveryRow).where(DeliveryRow.notice_id == notice_id).order_by(DeliveryRow.number)
    return [
        Attempt(
            notice_id=row.notice_id,
            number=row.number,
            state=AttemptState(row.state),
            started_at=row.started_at,
            ended_at=row.ended_at,
            reply_code=row.reply_code,
            content_sha256=row.content_sha256,
        )
        for row in await session.scalars(query)
    ]
