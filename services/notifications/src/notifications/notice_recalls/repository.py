"""Looks for notices that tell the same, and puts one that was told of into its place."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.notices.domain import Notice, Recipient
from notifications.notices.repository import to_notice
from notifications.notices.tables import NoticeRow


async def find_same(session: AsyncSession, recipient: Recipient, purpose: str, about_id: UUID) -> Notice | None:
    """Return the notice that tells a recipient of an event; None where there is none."""
    query = select(NoticeRow).where(
        NoticeRow.recipient_kind == recipient.kind,
        NoticeRow.recipient_id == recipient.recipient_id,
        NoticeRow.purpose == purpose,
        NoticeRow.about_id == about_id,
    )
    row = await session.scalar(query)
    return row and to_notice(row)


async def put_in_place(session: AsyncSession, notice: Notice) -> None:
    """Store a notice that is not known."""
    values = {**asdict(notice), "state": notice.state.value}
    values.pop("recipient")
    row = NoticeRow(
        **values,
        recipient_kind=notice.recipient.kind,
        recipient_id=notice.recipient.recipient_id,
        party_id=notice.recipient.party_id,
    )
    session.add(row)
    await session.flush()
