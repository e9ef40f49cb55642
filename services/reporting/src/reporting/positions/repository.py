"""SQL of the positions."""

from collections.abc import Sequence

from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from reporting.positions.domain import Position
from reporting.positions.tables import PositionRow

_NOTED = "reporting.positions"
_SAVE = text(
    "INSERT INTO positions AS p (source, key, sequence, key_sequence)"
    " SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:keys AS text[]), CAST(:sequences AS bigint[]),"
    " CAST(:key_sequences AS bigint[]))"
    " ON CONFLICT (source, key) DO UPDATE SET sequence = excluded.sequence, key_sequence = excluded.key_sequence"
    " WHERE excluded.sequence > p.sequence"
)


def save_position(session: AsyncSession, position: Position) -> None:
    """Move a key's position forward; a smaller one changes nothing.

    It is written when the transaction ends, once however many events of the key come in between.
    """
    noted: dict[tuple[str, str], Position] | None = session.info.get(_NOTED)
    if noted is None:
        noted = session.info[_NOTED] = {}
        event.listen(session.sync_session, "before_commit", _write)
    known = noted.get((position.source, position.key))
    if known is None or position.sequence > known.sequence:
        noted[position.source, position.key] = position


def _write(session: Session) -> None:
    """Write what was noted, in the order of the keys, so that twin replicas never deadlock."""
    noted: dict[tuple[str, str], Position] = session.info[_NOTED]
    if not noted:
        return
    found = [noted[pair] for pair in sorted(noted)]
    values = {
        "sources": [each.source for each in found],
        "keys": [each.key for each in found],
        "sequences": [each.sequence for each in found],
        "key_sequences": [each.key_sequence for each in found],
    }
    session.connection().execute(_SAVE, values)
    noted.clear()


async def list_positions(session: AsyncSession, key: str | None = None) -> Sequence[Position]:
    """Return the positions in order of source and key; with a key only its own."""
    query = select(PositionRow).order_by(PositionRow.source, PositionRow.key)
    if key is not None:
        query = query.where(PositionRow.key == key)
    return [Position(row.source, row.key, row.sequence, row.key_sequence) for row in await session.scalars(query)]
