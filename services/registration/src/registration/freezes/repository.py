"""Dates of fields as stored."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.freezes.domain import FieldDates
from registration.freezes.tables import FieldDatesRow
from registration.rows import insert_into, rows_of

ADD = insert_into("field_dates")
LIST = text("SELECT field, required_after, frozen_after FROM field_dates WHERE edition_id = :edition_id ORDER BY field")


async def list_dates(session: AsyncSession, edition_id: UUID) -> list[FieldDates]:
    """Return the dates that an edition sets itself, by field."""
    return [FieldDates(*row) for row in await session.execute(LIST, {"edition_id": edition_id})]


async def replace_dates(
    session: AsyncSession, edition_id: UUID, dates: Sequence[FieldDates], set_by: str, now: datetime
) -> None:
    """Set all dates of an edition anew."""
    await session.execute(
        delete(FieldDatesRow).where(FieldDatesRow.edition_id == edition_id).execution_options(synchronize_session=False)
    )
    rows = [{"edition_id": edition_id, **asdict(one), "set_by": set_by, "set_at": now} for one in dates]
    if rows:
        await session.execute(ADD, rows_of(rows))
