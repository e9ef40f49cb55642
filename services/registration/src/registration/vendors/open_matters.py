"""What a contact carries besides how to reach a party: what it is invited to, nominated for, or began and has not answered or sent."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

LIST_INVITATIONS = text(
    """
    SELECT i.party_id, CAST(jsonb_build_object(
        'invitation_id', i.invitation_id, 'edition_id', i.edition_id, 'agency_code', i.agency_code,
        'legal_document', to_jsonb(d),
        'reply_by_at', r.reply_by_at + coalesce(p.stood_still, interval '0'), 'floor', i.floor, 'ceiling', i.ceiling, 'reminders', i.reminders
    ) AS text)
    FROM invitations i
    JOIN invitation_rounds r ON r.edition_id = i.edition_id
    JOIN legal_documents d ON d.document_id = i.document_id
    JOIN editions e ON e.edition_id = i.edition_id
    LEFT JOIN LATERAL (
        SELECT sum(b.done_at - a.done_at) AS stood_still
        FROM edition_acts a
        JOIN LATERAL (
            SELECT done_at FROM edition_acts
            WHERE edition_id = a.edition_id AND act = 'reschedule' AND done_at >= a.done_at ORDER BY done_at LIMIT 1
        ) b ON true
        WHERE a.edition_id = i.edition_id AND a.act = 'suspend' AND a.done_at >= r.set_at AND a.done_at < r.reply_by_at
    ) p ON true
    WHERE i.party_id = ANY(:party_ids) AND i.declined_at IS NULL AND i.answered_at IS NULL
        AND e.state IN ('approved', 'registration_open', 'suspended')
    ORDER BY i.invitation_id
    """
)
"""What agencies were invited to and have not answered, as the contract has it."""
LIST_DRAFTS = text(
    """
    SELECT d.draft_id, CAST(jsonb_build_object(
        'draft_id', d.draft_id, 'edition_id', d.edition_id, 'mails', max(m.number)
    ) AS text)
    FROM application_drafts d JOIN draft_mails m ON m.draft_id = d.draft_id
    WHERE d.draft_id = ANY(:party_ids) GROUP BY d.draft_id, d.edition_id
    """
)
"""The drafts whose link was asked for by mail, as the contract has it."""
LIST_NOMINATIONS = text(
    """
    SELECT a.vendor_id, CAST(jsonb_build_object(
        'application_id', a.application_id, 'edition_id', a.edition_id, 'agency_code', a.nominating_agency_code,
        'agency_name', jsonb_build_object('vi', g.name_vi, 'en', g.name_en)
    ) AS text)
    FROM applications a
    JOIN agencies g ON g.agency_code = a.nominating_agency_code
    JOIN editions e ON e.edition_id = a.edition_id
    WHERE a.vendor_id = ANY(:party_ids) AND a.state = 'draft' AND a.nomination_id IS NOT NULL
        AND e.state IN ('approved', 'registration_open', 'suspended')
    ORDER BY a.application_id
    """
)
"""What vendors were nominated for and have not handed in, as the contract has it."""


async def list_open_invitations(session: AsyncSession, party_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return what parties are invited to and have not answered, each as JSON."""
    return await _list_by_party(session, LIST_INVITATIONS, party_ids)


async def list_open_nominations(session: AsyncSession, vendor_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return what vendors were nominated for and have not handed in, each as JSON."""
    return await _list_by_party(session, LIST_NOMINATIONS, vendor_ids)


async def _list_by_party(
    session: AsyncSession, statement: TextClause, party_ids: Collection[UUID]
) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for party_id, content in await session.execute(statement, {"party_ids": list(party_ids)}):
        found.setdefault(party_id, []).append(content)
    return found


async def list_open_drafts(session: AsyncSession, draft_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the drafts whose link was asked for by mail, each as JSON."""
    rows = await session.execute(LIST_DRAFTS, {"party_ids": list(draft_ids)})
    return {draft_id: content for draft_id, content in rows}  # noqa: C416  # rows are no pairs to the type checker
