"""All SQL of open offers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.editions.tables import EditionRow
from notifications.offers.tables import OpenOfferRow


async def save_offer(session: AsyncSession, application_id: UUID, values: dict[str, Any]) -> None:
    """Store the offer that an application holds now."""
    statement = insert(OpenOfferRow).values(application_id=application_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[OpenOfferRow.application_id], set_=values))


async def close_offer(session: AsyncSession, application_id: UUID) -> None:
    await session.execute(delete(OpenOfferRow).where(OpenOfferRow.application_id == application_id))


async def close_offers_before(session: AsyncSession, edition_id: UUID, instant: datetime) -> None:
    """Close an edition's offers that were made before an instant."""
    await session.execute(
        delete(OpenOfferRow).where(OpenOfferRow.edition_id == edition_id, OpenOfferRow.offered_at < instant)
    )


async def change_booths(session: AsyncSession, application_id: UUID, booth_codes: list[str]) -> None:
    await session.execute(
        update(OpenOfferRow)
        .where(OpenOfferRow.application_id == application_id)
        .values(facts=OpenOfferRow.facts.op("||")({"booth_codes": booth_codes}))
    )


async def lock_due_offers(session: AsyncSession, now: datetime, limit: int) -> list[OpenOfferRow]:
    """Return open offers whose reminder is due, unless their edition is suspended or cancelled."""
    query = (
        select(OpenOfferRow)
        .outerjoin(EditionRow, EditionRow.edition_id == OpenOfferRow.edition_id)
        .where(OpenOfferRow.remind_at <= now, OpenOfferRow.reply_by_at > now, _runs())
        .order_by(OpenOfferRow.remind_at, OpenOfferRow.application_id)
        .limit(limit)
        .with_for_update(of=OpenOfferRow, skip_locked=True)
    )
    return list((await session.scalars(query)).all())


async def find_next_reminder(session: AsyncSession, now: datetime) -> datetime | None:
    """Return when the next reminder will be due."""
    return await session.scalar(
        select(func.min(OpenOfferRow.remind_at))
        .outerjoin(EditionRow, EditionRow.edition_id == OpenOfferRow.edition_id)
        .where(OpenOfferRow.remind_at > now, _runs())
    )


def _runs() -> ColumnElement[bool]:
    """Whether the edition's deadlines run; one not yet heard of is taken to run."""
    return or_(
        EditionRow.edition_id.is_(None), and_(EditionRow.is_suspended.is_(False), EditionRow.is_cancelled.is_(False))
    )
