"""Drafts as stored."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.drafts.domain import Draft
from registration.rows import insert_into, rows_of

DRAFT = TypeAdapter(Draft)
ADD = text(f"{insert_into('application_drafts').text} ON CONFLICT (draft_id) DO NOTHING")
GET = text(
    """
    SELECT CAST(to_jsonb(d) AS text) FROM application_drafts d
    WHERE draft_id = :draft_id AND edition_id = :edition_id
    """
)
LOCK = text(f"{GET.text} FOR UPDATE")
LIST = text(
    """
    SELECT CAST(to_jsonb(d) AS text) FROM application_drafts d
    WHERE owner = :owner AND edition_id = :edition_id ORDER BY draft_id
    """
)
FIND_OF_APPLICATION = text(
    """
    SELECT draft_id FROM application_drafts
    WHERE application_id = :application_id AND owner IS NULL ORDER BY draft_id LIMIT 1
    """
)
SAVE = text(
    """
    UPDATE application_drafts d
    SET vendor_id = r.vendor_id, application_id = r.application_id, content = r.content, version = r.version,
        save_key = r.save_key, saved_at = r.saved_at, contact_key = r.contact_key
    FROM jsonb_populate_recordset(NULL::application_drafts, CAST(:rows AS jsonb)) r
    WHERE d.draft_id = r.draft_id
    """
)
REMOVE = text("DELETE FROM application_drafts WHERE draft_id = :draft_id")
FORGET = text(
    """
    WITH old AS (
        SELECT draft_id, application_id FROM application_drafts
        WHERE content IS NOT NULL AND saved_at < :before
        ORDER BY saved_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), emptied AS (
        UPDATE application_drafts d SET content = NULL, contact_key = NULL, version = version + 1
        FROM old WHERE d.draft_id = old.draft_id AND old.application_id IS NOT NULL
    ), removed AS (
        DELETE FROM application_drafts d USING old WHERE d.draft_id = old.draft_id AND old.application_id IS NULL
    )
    SELECT draft_id FROM old
    """
)


async def add_draft(session: AsyncSession, draft: Draft) -> None:
    """Store a new draft; one of this id that is there already stays as it is."""
    await session.execute(ADD, rows_of([asdict(draft)]))


async def find_draft(session: AsyncSession, edition_id: UUID, draft_id: UUID) -> Draft | None:
    found = await session.scalar(GET, {"draft_id": draft_id, "edition_id": edition_id})
    return None if found is None else DRAFT.validate_json(found)


async def lock_draft(session: AsyncSession, edition_id: UUID, draft_id: UUID) -> Draft:
    """Return a draft that nobody else saves meanwhile; raises NotFoundError."""
    found = await session.scalar(LOCK, {"draft_id": draft_id, "edition_id": edition_id})
    if found is None:
        raise NotFoundError("draft", draft_id)
    return DRAFT.validate_json(found)


async def list_drafts(session: AsyncSession, edition_id: UUID, owner: str) -> list[Draft]:
    """Return somebody's drafts for an edition, oldest first."""
    rows = await session.scalars(LIST, {"edition_id": edition_id, "owner": owner})
    return [DRAFT.validate_json(row) for row in rows]


async def find_draft_of(session: AsyncSession, application_id: UUID) -> UUID | None:
    """Return the draft by whose link an application is changed, if there is one."""
    found: UUID | None = await session.scalar(FIND_OF_APPLICATION, {"application_id": application_id})
    return found


async def save_draft(session: AsyncSession, draft: Draft) -> None:
    await session.execute(SAVE, rows_of([asdict(draft)]))


async def remove_draft(session: AsyncSession, draft_id: UUID) -> None:
    await session.execute(REMOVE, {"draft_id": draft_id})


async def forget_drafts(session: AsyncSession, before: datetime, limit: int) -> list[UUID]:
    """Delete drafts not saved since, and what was typed to amend an application; return which."""
    return list(await session.scalars(FORGET, {"before": before, "limit": limit}))
