"""Counts drafts, one who counts at a time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.draft_rooms.domain import Begun

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('drafts ' || :what, 0))")
COUNT = text(
    """
    SELECT count(*) FILTER (WHERE content IS NOT NULL AND application_id IS NULL),
        count(*) FILTER (WHERE created_at > :since), min(created_at) FILTER (WHERE created_at > :since),
        count(*) FILTER (WHERE created_at > :since AND origin_key = CAST(:origin_key AS text)),
        min(created_at) FILTER (WHERE created_at > :since AND origin_key = CAST(:origin_key AS text))
    FROM application_drafts WHERE edition_id = :edition_id AND owner IS NULL
    """
)
COUNT_OF_CONTACT = text(
    """
    SELECT count(*) FROM application_drafts
    WHERE edition_id = :edition_id AND contact_key = :contact_key AND owner IS NULL
        AND content IS NOT NULL AND application_id IS NULL AND draft_id <> :draft_id
    """
)
COUNT_OF_OWNER = text(
    """
    SELECT count(*) FROM application_drafts
    WHERE edition_id = :edition_id AND owner = :owner AND content IS NOT NULL AND application_id IS NULL
    """
)
FORGET_ORIGINS = text(
    """
    WITH old AS (
        SELECT draft_id FROM application_drafts WHERE origin_key IS NOT NULL AND created_at <= :before
        ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE application_drafts d SET origin_key = NULL FROM old WHERE d.draft_id = old.draft_id RETURNING d.draft_id
    """
)


async def count_begun(session: AsyncSession, edition_id: UUID, origin_key: str | None, since: datetime) -> Begun:
    """Return the public drafts of an edition; no other is begun to the end of the transaction."""
    await session.execute(LOCK, {"what": str(edition_id)})
    values = {"edition_id": edition_id, "origin_key": origin_key, "since": since}
    return Begun(*(await session.execute(COUNT, values)).one())


async def count_of_contact(session: AsyncSession, edition_id: UUID, contact_key: str, draft_id: UUID) -> int:
    """Return how many other unsent public drafts a contact has; none is added to the end of the transaction."""
    await session.execute(LOCK, {"what": contact_key})
    values = {"edition_id": edition_id, "contact_key": contact_key, "draft_id": draft_id}
    return await session.scalar(COUNT_OF_CONTACT, values) or 0


async def count_of_owner(session: AsyncSession, edition_id: UUID, owner: str) -> int:
    """Return how many unsent drafts a signed-in vendor has; none is added to the end of the transaction."""
    await session.execute(LOCK, {"what": f"of {owner}"})
    return await session.scalar(COUNT_OF_OWNER, {"edition_id": edition_id, "owner": owner}) or 0


async def forget_origins(session: AsyncSession, before: datetime, limit: int) -> int:
    """Forget from where drafts were begun that are older; return how many."""
    return len(list(await session.scalars(FORGET_ORIGINS, {"before": before, "limit": limit})))
