"""What is looked up and kept when contacts are taken over from their topic."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.draft_links.domain import DraftMail
from registration.rows import insert_into, rows_of

KINDS = text("SELECT party_id, kind FROM contacts WHERE party_id = ANY(:party_ids)")
KNOWN_DRAFTS = text("SELECT draft_id FROM application_drafts WHERE draft_id = ANY(:draft_ids)")
ADD_MAILS = text(f"{insert_into('draft_mails').text} ON CONFLICT (draft_id, number) DO NOTHING")
# The contact of a draft is erased when somebody discards it, and in time: once neither it nor the mail with its link is
# younger than that. What is younger was discarded.
REMOVE_DISCARDED = text(
    """
    DELETE FROM application_drafts d
    USING unnest(CAST(:draft_ids AS uuid[]), CAST(:times AS timestamptz[])) AS erased (draft_id, time)
    WHERE d.draft_id = erased.draft_id AND d.application_id IS NULL AND NOT EXISTS (
        SELECT FROM draft_mails m WHERE m.draft_id = d.draft_id
        HAVING max(m.asked_at) < erased.time - CAST(:kept AS interval)
    )
    """
)


async def list_kinds(session: AsyncSession, party_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return of which kind the parties are that the database has a contact or an erasure of."""
    rows = await session.execute(KINDS, {"party_ids": list(party_ids)})
    return {party_id: kind for party_id, kind in rows}  # noqa: C416  # rows are no pairs to the type checker


async def list_known_drafts(session: AsyncSession, draft_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these drafts there are."""
    return set(await session.scalars(KNOWN_DRAFTS, {"draft_ids": list(draft_ids)}))


async def add_mails(session: AsyncSession, mails: Sequence[DraftMail]) -> None:
    """Remember mails with a draft's link; what is known stays as it is."""
    if mails:
        await session.execute(ADD_MAILS, rows_of([asdict(mail) for mail in mails]))


async def remove_discarded(session: AsyncSession, erased: Mapping[UUID, datetime], kept: timedelta) -> None:
    """Delete the drafts that were discarded when their contact was erased, with all that was typed into them."""
    values = {"draft_ids": list(erased), "times": list(erased.values()), "kept": kept}
    await session.execute(REMOVE_DISCARDED, values)
