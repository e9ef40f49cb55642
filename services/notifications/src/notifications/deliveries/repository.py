"""All SQL of deliveries: taking notices up, and each try."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.contacts.tables import ContactRow
from notifications.deliveries.domain import Attempt, AttemptState
from notifications.deliveries.tables import DeliveryRow
from notifications.editions.tables import EditionRow
from notifications.notices.domain import Notice, NoticeState
from notifications.notices.repository import to_notice
from notifications.notices.tables import OPEN, NoticeRow
from notifications.participations.tables import ParticipationRow

CHANNEL = "email"


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


async def remove_notices(session: AsyncSession, notice_ids: Sequence[UUID]) -> None:
    """Remove notices that turned out to be for nobody."""
    if notice_ids:
        await session.execute(delete(NoticeRow).where(NoticeRow.notice_id.in_(notice_ids)))


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


async def count_claimable(session: AsyncSession, now: datetime) -> int:
    """Return how many notices are being sent or can be taken up now."""
    query = select(func.count()).select_from(NoticeRow)
    return await session.scalar(query.where(or_(_claimable(now), NoticeRow.state == NoticeState.SENDING))) or 0


async def find_next_due(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when the next notice that was put off is due."""
    states = [NoticeState.DUE, NoticeState.UNKNOWN]
    query = select(func.min(NoticeRow.due_at)).where(NoticeRow.state.in_(states), NoticeRow.due_at > now)
    return await session.scalar(query)
