"""Mails with a draft's link as stored."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.draft_links.domain import Counts, DraftMail
from registration.rows import insert_into, rows_of

ADD = insert_into("draft_mails")
LOCK_ADDRESS = text("SELECT pg_advisory_xact_lock(hashtextextended('draft_mails ' || :address_key, 0))")
COUNT = text(
    """
    SELECT (SELECT coalesce(max(number), 0) FROM draft_mails WHERE draft_id = :draft_id), count(*), min(asked_at)
    FROM draft_mails WHERE address_key = :address_key AND asked_at > :since
    """
)
FORGET = text(
    """
    WITH old AS (
        SELECT draft_id, number FROM draft_mails m
        WHERE asked_at < :before AND (
            address_key IS NOT NULL OR NOT EXISTS (SELECT FROM application_drafts d WHERE d.draft_id = m.draft_id)
        )
        ORDER BY asked_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), unnamed AS (
        UPDATE draft_mails m SET address_key = NULL FROM old
        WHERE (m.draft_id, m.number) = (old.draft_id, old.number)
            AND EXISTS (SELECT FROM application_drafts d WHERE d.draft_id = m.draft_id)
    ), removed AS (
        DELETE FROM draft_mails m USING old
        WHERE (m.draft_id, m.number) = (old.draft_id, old.number)
            AND NOT EXISTS (SELECT FROM application_drafts d WHERE d.draft_id = m.draft_id)
    )
    SELECT old.draft_id, EXISTS (
        SELECT FROM draft_mails m WHERE m.draft_id = old.draft_id AND m.asked_at >= :before
    ) FROM old
    """
)


async def count_mails(session: AsyncSession, draft_id: UUID, address_key: str, since: datetime) -> Counts:
    """Return how many mails there were; nobody else counts or adds to those of the address to the end of the transaction."""
    await session.execute(LOCK_ADDRESS, {"address_key": address_key})
    found = await session.execute(COUNT, {"draft_id": draft_id, "address_key": address_key, "since": since})
    of_draft, to_address, first = found.one()
    return Counts(of_draft, to_address, first)


async def add_mail(session: AsyncSession, mail: DraftMail) -> None:
    await session.execute(ADD, rows_of([asdict(mail)]))


async def forget_mails(session: AsyncSession, before: datetime, limit: int) -> list[tuple[UUID, bool]]:
    """Forget the addresses of older mails, and the mails whose draft is gone.

    Return the draft of each, and whether its link was asked for since.
    """
    rows = await session.execute(FORGET, {"before": before, "limit": limit})
    return [(draft_id, is_newer) for draft_id, is_newer in rows]
