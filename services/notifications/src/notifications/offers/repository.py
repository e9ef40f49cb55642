"""All SQL of open offers."""

# ruff: noqa: S608  # names of columns alone are put into the texts

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.editions.tables import EditionRow
from notifications.offers.tables import OpenOfferRow

_NAMES = [column.key for column in OpenOfferRow.__table__.columns]
_SAVE = text(
    f"INSERT INTO open_offers ({', '.join(_NAMES)})"
    f" VALUES ({', '.join('CAST(:facts AS jsonb)' if name == 'facts' else f':{name}' for name in _NAMES)})"
    f" ON CONFLICT (application_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES)}"
)
_CLOSE = text("DELETE FROM open_offers WHERE application_id = :application_id")
_NEXT = text(
    """
    SELECT min(o.remind_at) FROM open_offers o LEFT JOIN editions e USING (edition_id)
    WHERE o.remind_at > :now AND (e.edition_id IS NULL OR NOT e.is_suspended AND NOT e.is_cancelled)
    """
)


async def save_offer(session: AsyncSession, application_id: UUID, values: dict[str, Any]) -> None:
    """Store the offer that an application holds now."""
    facts = json.dumps(values["facts"], ensure_ascii=False)
    await session.execute(_SAVE, {**values, "application_id": application_id, "facts": facts})


async def close_offer(session: AsyncSession, application_id: UUID) -> None:
    await session.execute(_CLOSE, {"application_id": application_id})


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
    return await session.scalar(_NEXT, {"now": now})


def _runs() -> ColumnElement[bool]:
    """Whether the edition's deadlines run; one not yet heard of is taken to run."""
    return or_(
        EditionRow.edition_id.is_(None), and_(EditionRow.is_suspended.is_(False), EditionRow.is_cancelled.is_(False))
    )
