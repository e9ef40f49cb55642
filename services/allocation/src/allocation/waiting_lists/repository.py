"""Reads what the waiting list is computed from."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.places.tables import PlaceRow


async def get_ranks(session: AsyncSession, edition_id: UUID) -> tuple[int, int]:
    """Return the first rank on an edition's waiting list, and the last rank or standing ever given; else 1 and 0."""
    numbers = select(
        func.min(PlaceRow.waiting_rank),
        func.greatest(func.max(PlaceRow.waiting_rank), func.max(PlaceRow.standing)),
    )
    first, last = (await session.execute(numbers.where(PlaceRow.edition_id == edition_id))).one()
    return first or 1, last or 0
