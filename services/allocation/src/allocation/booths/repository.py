"""Booths as stored."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.booths.domain import Booth
from allocation.booths.tables import BoothRow


def to_booth(row: BoothRow) -> Booth:
    return Booth(
        booth_code=row.booth_code,
        zone_code=row.zone_code,
        area_m2=row.area_m2,
        corner=row.corner,
        power_sockets=row.power_sockets,
        x=row.x,
        y=row.y,
        neighbours=tuple(row.neighbours),
    )


async def list_booths(session: AsyncSession, edition_id: UUID) -> list[Booth]:
    """Return an edition's booths by code; none before its first floor plan."""
    query = select(BoothRow).where(BoothRow.edition_id == edition_id).order_by(BoothRow.booth_code)
    return [to_booth(row) for row in await session.scalars(query)]


async def replace_booths(session: AsyncSession, edition_id: UUID, booths: Sequence[Booth]) -> None:
    await session.execute(delete(BoothRow).where(BoothRow.edition_id == edition_id))
    await session.execute(insert(BoothRow), [{"edition_id": edition_id, **asdict(booth)} for booth in booths])
