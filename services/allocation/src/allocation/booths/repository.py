"""Booths as stored."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.booths.domain import Booth
from allocation.booths.tables import BoothRow
from common.database.engine import table_of

BOOTHS = table_of(BoothRow)

_OF_EDITION = BOOTHS.c.edition_id == bindparam("edition_id")
_LIST = select(BOOTHS).where(_OF_EDITION).order_by(BOOTHS.c.booth_code)
_ANY = select(exists().where(_OF_EDITION))
_CLEAR = delete(BOOTHS).where(_OF_EDITION)


def to_booth(row: Any) -> Booth:
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
    return [to_booth(row) for row in await session.execute(_LIST, {"edition_id": edition_id})]


async def has_booths(session: AsyncSession, edition_id: UUID) -> bool:
    """Tell whether an edition has a floor plan."""
    return bool(await session.scalar(_ANY, {"edition_id": edition_id}))


async def replace_booths(session: AsyncSession, edition_id: UUID, booths: Sequence[Booth]) -> None:
    await session.execute(_CLEAR, {"edition_id": edition_id})
    await session.execute(insert(BOOTHS), [{"edition_id": edition_id, **vars(booth)} for booth in booths])
