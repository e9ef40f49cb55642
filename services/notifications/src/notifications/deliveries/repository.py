"""All SQL of deliveries."""

# ruff: noqa: S608  # names of columns alone are put into the texts

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.deliveries.domain import Attempt, AttemptState
from notifications.deliveries.tables import DeliveryRow
from notifications.notices.domain import Notice
from notifications.notices.repository import COLUMNS, to_notice

CHANNEL = "email"
_LOCK = text(
    f"SELECT {COLUMNS} FROM notices WHERE notice_id = ANY(CAST(:notice_ids AS uuid[])) ORDER BY notice_id FOR UPDATE"
).columns(facts=JSONB)
_THESE = "unnest(CAST(:notice_ids AS uuid[]), CAST(:numbers AS int[])) AS these (notice_id, number)"
_HOLD = text(
    f"""
    UPDATE notices SET lease_until = clock_timestamp() + make_interval(secs => :seconds) FROM {_THESE}
    WHERE notices.notice_id = these.notice_id AND notices.attempts = these.number AND notices.state = 'sending'
    """
)
_ADD = text(
    f"""
    INSERT INTO deliveries (notice_id, channel, number, state, started_at)
    SELECT notice_id, :channel, number, 'sending', :now FROM {_THESE}
    """
)
_SAVE = text(
    """
    UPDATE deliveries d SET state = ended.state, ended_at = ended.ended_at, reply_code = ended.reply_code,
        content_sha256 = ended.content_sha256
    FROM unnest(CAST(:notice_ids AS uuid[]), CAST(:numbers AS int[]), CAST(:states AS text[]),
                CAST(:ended_ats AS timestamptz[]), CAST(:reply_codes AS int[]), CAST(:digests AS text[]))
         AS ended (notice_id, number, state, ended_at, reply_code, content_sha256)
    WHERE d.notice_id = ended.notice_id AND d.channel = :channel AND d.number = ended.number
    """
)
_REMOVE = text(
    f"DELETE FROM deliveries d USING {_THESE} WHERE d.notice_id = these.notice_id AND d.number = these.number"
)
_MARK_LOST = text(
    f"""
    UPDATE deliveries d SET state = 'unknown', ended_at = :now FROM {_THESE}
    WHERE d.notice_id = these.notice_id AND d.number = these.number
    """
)


def _these(attempts: Mapping[UUID, int]) -> dict[str, Any]:
    return {"notice_ids": list(attempts), "numbers": list(attempts.values())}


async def lock_notices(session: AsyncSession, notice_ids: Collection[UUID]) -> dict[UUID, Notice]:
    rows = await session.execute(_LOCK, {"notice_ids": list(notice_ids)})
    return {row.notice_id: to_notice(row) for row in rows}


async def extend_leases(session: AsyncSession, attempts: Mapping[UUID, int], lease_seconds: float) -> None:
    """Hold on to notices that wait in a sender's hand, unless the lease has run out and they were taken over."""
    await session.execute(_HOLD, {**_these(attempts), "seconds": lease_seconds})


async def add_attempts(session: AsyncSession, attempts: Mapping[UUID, int], now: datetime) -> None:
    """Store tries that begin."""
    if attempts:
        await session.execute(_ADD, {**_these(attempts), "channel": CHANNEL, "now": now})


async def save_attempts(session: AsyncSession, attempts: Sequence[Attempt]) -> None:
    """Store how tries ended."""
    if not attempts:
        return
    values: dict[str, Any] = {
        "channel": CHANNEL,
        "notice_ids": [attempt.notice_id for attempt in attempts],
        "numbers": [attempt.number for attempt in attempts],
        "states": [attempt.state.value for attempt in attempts],
        "ended_ats": [attempt.ended_at for attempt in attempts],
        "reply_codes": [attempt.reply_code for attempt in attempts],
        "digests": [attempt.content_sha256 for attempt in attempts],
    }
    await session.execute(_SAVE, values)


async def remove_attempts(session: AsyncSession, attempts: Mapping[UUID, int]) -> None:
    """Remove tries that did not take place."""
    if attempts:
        await session.execute(_REMOVE, _these(attempts))


async def mark_lost(session: AsyncSession, attempts: Mapping[UUID, int], now: datetime) -> None:
    """Store that tries ended without anybody knowing how."""
    if attempts:
        await session.execute(_MARK_LOST, {**_these(attempts), "now": now})


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
