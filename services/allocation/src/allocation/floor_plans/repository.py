"""Floor plans as stored, and who is on the street."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.floor_plans.domain import FloorPlan, PlannedBooth, Zone
from allocation.floor_plans.tables import FloorPlanRow
from allocation.places.tables import HeldBoothRow
from common.errors import NotFoundError

ZONES = TypeAdapter(tuple[Zone, ...])
BOOTHS = TypeAdapter(tuple[PlannedBooth, ...])


def to_plan(row: FloorPlanRow) -> FloorPlan:
    return FloorPlan(
        floor_plan_id=row.floor_plan_id,
        edition_id=row.edition_id,
        version=row.version,
        zones=ZONES.validate_python(row.zones),
        booths=BOOTHS.validate_python(row.booths),
    )


async def find_plan(session: AsyncSession, edition_id: UUID) -> FloorPlan | None:
    """Return the newest version of an edition's plan."""
    query = select(FloorPlanRow).where(FloorPlanRow.edition_id == edition_id).order_by(FloorPlanRow.version.desc())
    row = await session.scalar(query.limit(1))
    return None if row is None else to_plan(row)


async def get_plan(session: AsyncSession, edition_id: UUID) -> FloorPlan:
    """Return the newest version of an edition's plan; raises NotFoundError."""
    plan = await find_plan(session, edition_id)
    if plan is None:
        raise NotFoundError("floor plan of edition", edition_id)
    return plan


async def get_version(session: AsyncSession, edition_id: UUID, version: int) -> FloorPlan:
    """Return a version of an edition's plan; raises NotFoundError."""
    query = select(FloorPlanRow).where(FloorPlanRow.edition_id == edition_id, FloorPlanRow.version == version)
    row = await session.scalar(query)
    if row is None:
        raise NotFoundError("floor plan of edition", f"{edition_id}, {version}")
    return to_plan(row)


async def add_plan(session: AsyncSession, plan: FloorPlan, published_at: datetime) -> None:
    await session.execute(insert(FloorPlanRow).values(**asdict(plan), published_at=published_at))


async def list_holders(session: AsyncSession, edition_id: UUID) -> dict[str, str]:
    """Return the holder's trade name of each booth that is held."""
    query = (
        select(HeldBoothRow.booth_code, ApplicationRow.trade_name)
        .join(ApplicationRow, ApplicationRow.application_id == HeldBoothRow.application_id)
        .where(HeldBoothRow.edition_id == edition_id)
    )
    return dict((await session.execute(query)).all())
