"""SQL of the positions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.positions.domain import Position
from reporting.positions.tables import PositionRow

_OPEN = "reporting.positions"


async def save_position(session: AsyncSession, position: Position) -> None:
    """Move a key's position forward; a smaller one changes nothing.

    The row is read once a transaction and written at its end, however many events of the key come in between.
    """
    rows: dict[tuple[str, str], PositionRow] = session.info.setdefault(_OPEN, {})
    row = rows.get((position.source, position.key))
    if row is None:
        row = await session.get(PositionRow, (position.source, position.key))
        if row is None:
            row = PositionRow(source=position.source, key=position.key, sequence=0, key_sequence=0)
            session.add(row)
        rows[position.source, position.key] = row
    if position.sequence > row.sequence:
        row.sequence, row.key_sequence = position.sequence, position.key_sequence


async def list_positions(session: AsyncSession, key: str | None = None) -> Sequence[Position]:
    """Return the positions in order of source and key; with a key only its own."""
    query = select(PositionRow).order_by(PositionRow.source, PositionRow.key)
    if key is not None:
        query = query.where(PositionRow.key == key)
    return [Position(row.source, row.key, row.sequence, row.key_sequence) for row in await session.scalars(query)]
