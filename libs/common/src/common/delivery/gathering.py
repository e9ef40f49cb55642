"""Rows that a unit of work gathers and writes when it ends, one statement a table.

Event by event each row would take a trip to the database of its own, which costs more than all that is done in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ARRAY, JSON, TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

_PENDING = "common.delivery.gathering"
_DIALECT = postgresql.dialect()
_FIRST = text("SELECT")

Row = type[DeclarativeBase]
Key = tuple[Any, ...]


Rule = tuple[Row, str | None]
"""Which rows are written, and by which column they only move forward; plain, since one is made for each event."""

Said = dict[Key, dict[str, Any]]


@dataclass
class _Pending:
    said: defaultdict[Rule, Said] = field(default_factory=lambda: defaultdict[Rule, Said](dict))
    new: dict[Row, list[Mapping[str, Any]]] = field(default_factory=dict[Row, list[Mapping[str, Any]]])


def gather(
    session: AsyncSession,
    row: Row,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    forward_by: str | None = None,
) -> None:
    """Store what is said of the row with this primary key when the unit of work ends.

    What is not said stays as it is; of two words the later counts. With ``forward_by`` it is the one with the larger
    value of that column, also against what is stored already.
    """
    said = _pending(session).said[row, forward_by]
    place = tuple(key.values())
    known = said.get(place)
    if known is None:
        said[place] = {**key, **values}
    elif forward_by is None or values[forward_by] > known[forward_by]:
        known.update(values)


def gather_new(session: AsyncSession, row: Row, values: Mapping[str, Any]) -> None:
    """Insert a row when the unit of work ends, unless it is there already."""
    _pending(session).new.setdefault(row, []).append(values)


def find_gathered(session: AsyncSession, row: Row, key: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what was said of a row in this unit of work and is not written yet; None where nothing was."""
    return _pending(session).said[row, None].get(tuple(key.values()))


async def copy_gathered(session: AsyncSession) -> None:
    """Write what was gathered so far by COPY: each row must be new to its table.

    Raises:
        UniqueViolationError: a row is there already; nothing more can be done in this transaction.
    """
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    connection: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    if not connection.is_in_transaction():  # SQLAlchemy begins it with its own first statement; COPY is none of those
        await session.execute(_FIRST)
    for (row, _), said in pending.said.items():
        await _copy(connection, row, said.values())
    for row, new in pending.new.items():
        await _copy(connection, row, new)


async def _copy(connection: Any, row: Row, said: Iterable[Mapping[str, Any]]) -> None:
    by_columns: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for one in said:
        by_columns.setdefault(tuple(one), []).append(one)
    for names, found in by_columns.items():
        columns = _columns(row, names, found).values()
        await connection.copy_records_to_table(row.__tablename__, records=zip(*columns, strict=True), columns=names)


async def write_gathered(session: AsyncSession) -> None:
    """Write what was gathered so far, rows in the order of their keys, so that twin replicas never deadlock."""
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    for rule, said in pending.said.items():
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key in sorted(said, key=_order):
            by_columns.setdefault(tuple(said[key]), []).append(said[key])
        keys = {column.name for column in inspect(rule[0]).primary_key}
        for names, found in by_columns.items():
            await _write(session, rule, tuple(name for name in names if name not in keys), found)
    for row, new in pending.new.items():
        await _write(session, (row, None), (), new)


def _order(key: Key) -> list[Any]:
    return [value.int if isinstance(value, UUID) else value for value in key]


def _pending(session: AsyncSession) -> _Pending:
    pending: _Pending | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = _Pending()
    return pending


async def _write(
    session: AsyncSession, rule: Rule, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> None:
    names = tuple(rows[0])
    row, _ = rule
    types = row.__table__.columns
    if any(isinstance(types[name].type, ARRAY) for name in names):  # PostgreSQL unnests an array of arrays to its core
        await session.execute(_upsert_each(rule, columns), rows)
        return
    await session.execute(_upsert_all(rule, names, columns), _columns(row, names, rows))


def _columns(row: Row, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values of some rows column by column, as the driver takes them."""
    types = row.__table__.columns
    as_json = {name for name in names if isinstance(types[name].type, JSON)}
    return {
        name: [_dump(one[name]) for one in rows] if name in as_json else [one[name] for one in rows] for name in names
    }


def _dump(value: Any) -> str | None:
    return None if value is None else to_json(value).decode()


@cache
def _upsert_all(rule: Rule, names: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    """Return the statement that takes each column as one array."""
    (row, forward_by), table = rule, rule[0].__table__
    listed = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f"CAST(:{name} AS {_array_of(table.columns[name].type)})" for name in names)
    taken = ", ".join(
        f'CAST(new."{name}" AS jsonb)' if isinstance(table.columns[name].type, JSON) else f'new."{name}"'
        for name in names
    )
    key = ", ".join(f'"{column.name}"' for column in inspect(row).primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    newer = "" if forward_by is None else f' WHERE excluded."{forward_by}" > old."{forward_by}"'
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {changes}{newer}" if changes else "ON CONFLICT DO NOTHING"
    return text(
        f'INSERT INTO "{row.__tablename__}" AS old ({listed})'  # noqa: S608  # names of our own columns
        f" SELECT {taken} FROM unnest({arrays}) AS new ({listed}) {conflict}"
    )


def _array_of(kind: TypeEngine[Any]) -> str:
    return "text[]" if isinstance(kind, JSON) else f"{kind.compile(_DIALECT)}[]"


@cache
def _upsert_each(rule: Rule, columns: tuple[str, ...]) -> Insert:
    row, by = rule
    statement = insert(row)
    if not columns:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(
        index_elements=list(inspect(rule[0]).primary_key),
        set_={name: statement.excluded[name] for name in columns},
        where=None if by is None else statement.excluded[by] > row.__table__.columns[by],
    )
