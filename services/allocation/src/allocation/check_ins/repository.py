"""Check-ins as stored."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.check_ins.domain import CheckIn
from allocation.check_ins.tables import CheckInRow
from common.database.engine import table_of

CHECK_INS = table_of(CheckInRow)
FIELDS = ("application_id", "edition_id", "on", "is_present", "seen_at")

_FIND = select(CHECK_INS).where(
    CHECK_INS.c.application_id == bindparam("application_id"), CHECK_INS.c.on == bindparam("day")
)
_FIND_ALL = select(CHECK_INS).where(
    CHECK_INS.c.application_id == func.any(bindparam("ids", type_=ARRAY(Uuid))), CHECK_INS.c.on == bindparam("day")
)
_ADD = insert(CHECK_INS).values({name: bindparam(name) for name in FIELDS})
_SAVE = _ADD.on_conflict_do_update(
    index_elements=["application_id", "on"], set_={name: _ADD.excluded[name] for name in FIELDS}
)


async def find_check_in(session: AsyncSession, application_id: UUID, on: date) -> CheckIn | None:
    row = (await session.execute(_FIND, {"application_id": application_id, "day": on})).one_or_none()
    return None if row is None else CheckIn(row.application_id, row.edition_id, row.on, row.is_present)


async def find_check_ins(session: AsyncSession, application_ids: Collection[UUID], on: date) -> dict[UUID, CheckIn]:
    """Return what is noted of some holders on a day."""
    rows = await session.execute(_FIND_ALL, {"ids": list(application_ids), "day": on})
    found = (CheckIn(row.application_id, row.edition_id, row.on, row.is_present) for row in rows)
    return {check_in.application_id: check_in for check_in in found}


async def find_seen_at(session: AsyncSession, application_id: UUID, on: date) -> datetime | None:
    """Return when an inspector last noted something of a holder on a day."""
    query = select(CHECK_INS.c.seen_at).where(CHECK_INS.c.application_id == application_id, CHECK_INS.c.on == on)
    return await session.scalar(query)


async def save_check_ins(session: AsyncSession, check_ins: Sequence[CheckIn], seen_at: datetime) -> None:
    if check_ins:
        await session.execute(_SAVE, [{**vars(check_in), "seen_at": seen_at} for check_in in check_ins])
