"""Check-ins as stored."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.check_ins.domain import CheckIn
from allocation.check_ins.tables import CheckInRow


async def find_check_in(session: AsyncSession, application_id: UUID, on: date) -> CheckIn | None:
    row = await session.get(CheckInRow, (application_id, on), populate_existing=True)
    return None if row is None else CheckIn(row.application_id, row.edition_id, row.on, row.is_present)


async def save_check_in(session: AsyncSession, check_in: CheckIn, seen_at: datetime) -> None:
    values = {**asdict(check_in), "seen_at": seen_at}
    await session.execute(
        insert(CheckInRow).values(values).on_conflict_do_update(index_elements=["application_id", "on"], set_=values)
    )
