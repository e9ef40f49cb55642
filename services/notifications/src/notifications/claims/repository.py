"""All SQL of taking notices up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.contacts.tables import ContactRow
from notifications.editions.tables import EditionRow
from notifications.notices.domain import Notice, NoticeState
from notifications.notices.repository import to_notice
from notifications.notices.tables import OPEN, NoticeRow
from notifications.participations.tables import ParticipationRow


def _claimable(now: datetime) -> ColumnElement[bool]:
    """What can be taken up: due, lost with its sender, or waiting for something that is there by now.

    What a notice waits for is looked up here, not told to it: so it cannot be overlooked when both are stored at once.
    """
    state = NoticeRow.state
    known_contact = exists().where(ContactRow.party_id == NoticeRow.party_id)
    known_edition = exists().where(EditionRow.edition_id == NoticeRow.edition_id)
    known_application = exists().where(
        ParticipationRow.application_id == NoticeRow.application_id, ParticipationRow.dossier_state.is_not(None)
    )
    return and_(
        text(OPEN),
        or_(
            and_(state.in_([NoticeState.DUE, NoticeState.UNKNOWN]), NoticeRow.due_at <= now),
            and_(state == NoticeState.SENDING, NoticeRow.lease_until < func.clock_timestamp()),
            and_(state == NoticeState.WAITING_CONTACT, known_contact),
            and_(state == NoticeState.WAITING_EDITION, known_edition),
            and_(state == NoticeState.WAITING_APPLICATION, known_application),
        ),
    )


async def lock_claimable(session: AsyncSession, now: datetime, limit: int) -> tuple[list[Notice], datetime]:
    """Return notices that can be taken up, locked, and the database server's time."""
    query = (
        select(NoticeRow, func.clock_timestamp())
        .where(_claimable(now))
        .order_by(NoticeRow.due_at, NoticeRow.notice_id)
        .limit(limit)
        .with_for_update(of=NoticeRow, skip_locked=True)
    )
    found = (await session.execute(query)).all()
    return [to_notice(row) for row, _ in found], max((read_at for _, read_at in found), default=now)


async def remove_notices(session: AsyncSession, notice_ids: Sequence[UUID]) -> None:
    """Remove notices that turned out to be for nobody."""
    if notice_ids:
        await session.execute(delete(NoticeRow).where(NoticeRow.notice_id.in_(notice_ids)))


async def count_claimable(session: AsyncSession, now: datetime) -> int:
    """Return how many notices are being sent or can be taken up now."""
    query = select(func.count()).select_from(NoticeRow)
    return await session.scalar(query.where(or_(_claimable(now), NoticeRow.state == NoticeState.SENDING))) or 0


async def find_next_due(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when the next notice that was put off is due."""
    states = [NoticeState.DUE, NoticeState.UNKNOWN]
    query = select(func.min(NoticeRow.due_at)).where(NoticeRow.state.in_(states), NoticeRow.due_at > now)
    return await session.scalar(query)
