"""Warnings and looks as stored."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.expiries.domain import Expiry
from registration.rows import insert_into, rows_of

ADD_WARNINGS = text(
    insert_into("certificate_warnings").text + " ON CONFLICT DO NOTHING RETURNING product_id, valid_to, threshold"
)
ADD_LOOK = insert_into("expiry_looks", unless_there="edition_id")
LIST_UNLOOKED = text(
    """
    SELECT e.edition_id FROM editions e
    WHERE e.state IN ('registration_open', 'registration_closed', 'allocated', 'ready', 'live', 'suspended')
        AND NOT EXISTS (SELECT FROM expiry_looks l WHERE l.edition_id = e.edition_id AND l.looked_on = :today)
    ORDER BY e.planned_first, e.edition_id LIMIT :limit
    """
)
LIST_CONCERNED = text(
    """
    SELECT a.application_id FROM applications a
    JOIN LATERAL (
        SELECT content FROM dossiers WHERE application_id = a.application_id ORDER BY revision DESC LIMIT 1
    ) d ON true
    WHERE a.edition_id = :edition_id AND a.state = ANY(:states) AND EXISTS (
        SELECT FROM jsonb_array_elements(d.content -> 'products') AS product
        WHERE CAST(product -> 'certificate' ->> 'issued_on' AS date) BETWEEN :first AND :last
    )
    ORDER BY a.application_id
    """
)


async def list_unlooked(session: AsyncSession, today: date, limit: int) -> list[UUID]:
    """Return the editions under way that were not looked through today."""
    return list(await session.scalars(LIST_UNLOOKED, {"today": today, "limit": limit}))


async def list_concerned(
    session: AsyncSession, edition_id: UUID, states: Collection[str], issued: tuple[date, date]
) -> list[UUID]:
    """Return the applications in some states that show a product with a certificate issued between two days."""
    first, last = issued
    wanted = {"edition_id": edition_id, "states": list(states), "first": first, "last": last}
    return list(await session.scalars(LIST_CONCERNED, wanted))


async def add_look(session: AsyncSession, edition_id: UUID, today: date) -> None:
    await session.execute(ADD_LOOK, rows_of([{"edition_id": edition_id, "looked_on": today}]))


async def add_warnings(session: AsyncSession, told_for: Mapping[Expiry, UUID], now: datetime) -> set[Expiry]:
    """Store warnings with the applications that they are told for; return those that were not there yet."""
    if not told_for:
        return set()
    rows = [{**vars(one), "application_id": told_for[one], "warned_at": now} for one in told_for]
    return {Expiry(*row) for row in await session.execute(ADD_WARNINGS, rows_of(rows))}
