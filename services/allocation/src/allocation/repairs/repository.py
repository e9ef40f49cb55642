"""Repairs as stored."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.repairs.domain import Repair, RepairState
from allocation.repairs.tables import RepairRow
from common.database.engine import table_of
from common.errors import NotFoundError

REPAIRS = table_of(RepairRow)
APPLICATIONS = table_of(ApplicationRow)
ADAPTER = TypeAdapter(Repair)
TIMES = ("requested_at", "executed_at")

_QUEUED = REPAIRS.c.state == RepairState.QUEUED
COUNT_QUEUED = select(func.count()).select_from(REPAIRS).where(_QUEUED)


def to_repair(row: Any) -> Repair:
    return ADAPTER.validate_python(dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name for it


def _to_values(repair: Repair) -> dict[str, Any]:
    values = ADAPTER.dump_python(repair, mode="json")
    ids = {"repair_id": repair.repair_id, "edition_id": repair.edition_id}
    return {**values, **ids, **{name: getattr(repair, name) for name in TIMES}}


async def add_repair(session: AsyncSession, repair: Repair) -> None:
    await session.execute(insert(REPAIRS).values(_to_values(repair)))


async def save_repair(session: AsyncSession, repair: Repair) -> None:
    await session.execute(update(REPAIRS).where(REPAIRS.c.repair_id == repair.repair_id).values(_to_values(repair)))


async def get_repair(session: AsyncSession, repair_id: UUID) -> Repair:
    """Return a repair; raises NotFoundError."""
    row = (await session.execute(select(REPAIRS).where(REPAIRS.c.repair_id == repair_id))).one_or_none()
    if row is None:
        raise NotFoundError("repair", repair_id)
    return to_repair(row)


async def list_repairs(session: AsyncSession, edition_id: UUID) -> list[Repair]:
    """Return an edition's repairs in the order of their making."""
    query = select(REPAIRS).where(REPAIRS.c.edition_id == edition_id).order_by(REPAIRS.c.repair_id)
    return [to_repair(row) for row in await session.execute(query)]


async def find_queued(session: AsyncSession) -> Repair | None:
    """Return the oldest repair that is still to be found."""
    row = (await session.execute(select(REPAIRS).where(_QUEUED).order_by(REPAIRS.c.repair_id).limit(1))).one_or_none()
    return None if row is None else to_repair(row)


async def has_queued(connection: AsyncConnection) -> bool:
    """Tell whether a repair waits to be found, without opening a unit of work."""
    return bool(await connection.scalar(select(exists().where(_QUEUED))))


async def get_names(session: AsyncSession, edition_id: UUID) -> dict[str, str]:
    """Return the trade name of each application of an edition."""
    query = select(APPLICATIONS.c.application_id, APPLICATIONS.c.trade_name)
    rows = await session.execute(query.where(APPLICATIONS.c.edition_id == edition_id))
    return {str(row.application_id): row.trade_name for row in rows}
