"""SQL of the positions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.gathering import gather
from reporting.positions.domain import Position
from reporting.positions.tables import PositionRow


def save_position(session: AsyncSession, source: str, key: str, sequence: int, key_sequence: int) -> None:
    """Move a key's position forward; a smaller one changes nothing."""
    values = {"sequence": sequence, "key_sequence": key_sequence}
    gather(session, PositionRow, {"source": source, "key": key}, values, forward_by="sequence")


async def list_positions(session: AsyncSession, key: str | None = None) -> Sequence[Position]:
    """Return the positions in order of source and key; with a key only its own."""
    query = select(PositionRow).order_by(PositionRow.source, PositionRow.key)
    if key is not None:
        query = query.where(PositionRow.key == key)
    return [Position(row.source, row.key, row.sequence, row.key_sequence) for row in await session.scalars(query)]
