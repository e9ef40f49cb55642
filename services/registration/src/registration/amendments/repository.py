"""Amendments as stored."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registration.amendments.domain import Amendment
from registration.amendments.tables import AmendmentRow
from registration.rows import insert_into, rows_of

ADD = insert_into("amendments")


async def add_amendments(session: AsyncSession, amendments: Sequence[Amendment]) -> None:
    if amendments:
        await session.execute(ADD, rows_of(amendments))


async def list_amendments(session: AsyncSession, application_id: UUID) -> list[Amendment]:
    """Return what was changed of an application, oldest first."""
    rows = await session.scalars(
        select(AmendmentRow).where(AmendmentRow.application_id == application_id).order_by(AmendmentRow.amendment_id)
    )
    columns = [column.key for column in AmendmentRow.__mapper__.column_attrs]
    return [Amendment(**{name: getattr(row, name) for name in columns}) for row in rows]
