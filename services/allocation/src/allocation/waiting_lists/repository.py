"""Reads what the waiting list is computed from."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.places.tables import PlaceRow


async def get_ranks(session: AsyncSession, edition_id: UUID) -> tuple[int, int]:
    """Return the first and the last rank given on an edition's waiting list; 1 and 0 on an empty one."""
    ranks = select(func.min(PlaceRow.waiting_rank), func.max(PlaceRow.waiting_rank))
    first, last = (await session.execute(ranks.where(PlaceRow.edition_id == edition_id))).one()
    return first or 1, last or 0
