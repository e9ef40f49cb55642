"""Check-ins as stored."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.check_ins.domain import CheckIn
from allocation.check_ins.tables import CheckInRow
from allocation.rows import table_of

CHECK_INS = table_of(CheckInRow)
FIELDS = ("application_id", "edition_id", "on", "is_present", "seen_at")

_FIND = select(CHECK_INS).where(
    CHECK_INS.c.application_id == bindparam("application_id"), CHECK_INS.c.on == bindparam("day")
)
_ADD = insert(CHECK_INS).values({name: bindparam(name) for name in FIELDS})
_SAVE = _ADD.on_conflict_do_update(
    index_elements=["application_id", "on"], set_={name: _ADD.excluded[name] for name in FIELDS}
)


async def find_check_in(session: AsyncSession, application_id: UUID, on: date) -> CheckIn | None:
    row = (await session.execute(_FIND, {"application_id": application_id, "day": on})).one_or_none()
    return None if row is None else CheckIn(row.application_id, row.edition_id, row.on, row.is_present)


async def find_seen_at(session: AsyncSession, application_id: UUID, on: date) -> datetime | None:
    """Return when an inspector last noted something of a holder on a day."""
    query = select(CHECK_INS.c.seen_at).where(CHECK_INS.c.application_id == application_id, CHECK_INS.c.on == on)
    return await session.scalar(query)


async def save_check_in(session: AsyncSession, check_in: CheckIn, seen_at: datetime) -> None:
    await session.execute(_SAVE, {**vars(check_in), "seen_at": seen_at})
