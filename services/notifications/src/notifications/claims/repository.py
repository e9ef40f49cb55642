"""All SQL of taking notices up."""

# ruff: noqa: S608  # names of columns alone are put into the texts

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.notices.domain import Notice
from notifications.notices.repository import COLUMNS, to_notice
from notifications.notices.tables import OPEN

# What can be taken up: due, lost with its sender, or waiting for something that is there by now. What a notice waits for
# is looked up here, not told to it: so it cannot be overlooked when both are stored at once.
_CLAIMABLE = f"""
{OPEN} AND (
    notices.state IN ('due', 'unknown') AND notices.due_at <= :now
    OR notices.state = 'sending' AND notices.lease_until < clock_timestamp()
    OR notices.state = 'waiting_contact'
        AND EXISTS (SELECT FROM contacts c WHERE c.party_id = notices.party_id)
    OR notices.state = 'waiting_edition'
        AND EXISTS (SELECT FROM editions e WHERE e.edition_id = notices.edition_id)
    OR notices.state = 'waiting_application'
        AND EXISTS (SELECT FROM participations p
                    WHERE p.application_id = notices.application_id AND p.dossier_state IS NOT NULL))
"""
_LOCK = text(
    f"SELECT {COLUMNS}, clock_timestamp() AS read_at FROM notices WHERE {_CLAIMABLE}"
    " ORDER BY notices.due_at, notices.notice_id LIMIT :limit FOR UPDATE OF notices SKIP LOCKED"
).columns(facts=JSONB)
_TOLD = text(
    """
    SELECT new.notice_id
    FROM unnest(CAST(:notice_ids AS uuid[]), CAST(:kinds AS text[]), CAST(:recipient_ids AS text[]),
                CAST(:purposes AS text[]), CAST(:about_ids AS uuid[]))
         AS new (notice_id, recipient_kind, recipient_id, purpose, about_id)
    JOIN notices n USING (recipient_kind, recipient_id, purpose, about_id) WHERE n.notice_id <> new.notice_id
    """
)
_REMOVE = text("DELETE FROM notices WHERE notice_id = ANY(CAST(:notice_ids AS uuid[]))")
_COUNT = text(f"SELECT count(*) FROM notices WHERE ({_CLAIMABLE}) OR notices.state = 'sending'")
_NEXT = text(f"SELECT min(due_at) FROM notices WHERE {OPEN} AND state IN ('due', 'unknown') AND due_at > :now")


async def list_told(session: AsyncSession, notices: Sequence[Notice]) -> set[UUID]:
    """Return which of these would tell a recipient what another notice tells it."""
    values = {
        "notice_ids": [notice.notice_id for notice in notices],
        "kinds": [notice.recipient.kind for notice in notices],
        "recipient_ids": [notice.recipient.recipient_id for notice in notices],
        "purposes": [notice.purpose for notice in notices],
        "about_ids": [notice.about_id for notice in notices],
    }
    return set(await session.scalars(_TOLD, values))


async def lock_claimable(session: AsyncSession, now: datetime, limit: int) -> tuple[list[Notice], datetime]:
    """Return notices that can be taken up, locked, and the database server's time."""
    found = (await session.execute(_LOCK, {"now": now, "limit": limit})).all()
    return [to_notice(row) for row in found], max((row.read_at for row in found), default=now)


async def remove_notices(session: AsyncSession, notice_ids: Sequence[UUID]) -> None:
    """Remove notices that turned out to be for nobody."""
    if notice_ids:
        await session.execute(_REMOVE, {"notice_ids": list(notice_ids)})


async def count_claimable(session: AsyncSession, now: datetime) -> int:
    """Return how many notices are being sent or can be taken up now."""
    return await session.scalar(_COUNT, {"now": now}) or 0


async def find_next_due(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when the next notice that was put off is due."""
    return await session.scalar(_NEXT, {"now": now})
