"""Reads what the waiting list is computed from."""

from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.places.tables import PlaceRow
from common.database.engine import table_of

PLACES = table_of(PlaceRow)

_RANKS = select(
    func.min(PLACES.c.waiting_rank), func.greatest(func.max(PLACES.c.waiting_rank), func.max(PLACES.c.standing))
).where(PLACES.c.edition_id == bindparam("edition_id"))


async def get_ranks(session: AsyncSession, edition_id: UUID) -> tuple[int, int]:
    """Return the first rank on an edition's waiting list, and the last rank or standing ever given; else 1 and 0."""
    first, last = (await session.execute(_RANKS, {"edition_id": edition_id})).one()
    return first or 1, last or 0
