"""Rows that a unit of work gathers and writes when it ends, one statement a table.

Event by event each row would take a trip to the database of its own, which costs more than all that is done in between.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, JSON, TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

_PENDING = "common.gathering"
_DIALECT = postgresql.dialect()

Row = type[DeclarativeBase]
Key = tuple[tuple[str, Any], ...]


@dataclass
class _Pending:
    said: dict[Row, dict[Key, dict[str, Any]]] = field(default_factory=dict[Row, dict[Key, dict[str, Any]]])
    new: dict[Row, list[Mapping[str, Any]]] = field(default_factory=dict[Row, list[Mapping[str, Any]]])


def gather(session: AsyncSession, row: Row, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Store what is said of the row with this primary key when the unit of work ends.

    What is not said stays as it is; of two words the later counts.
    """
    said = _pending(session).said.setdefault(row, {})
    said.setdefault(tuple(key.items()), {}).update(values)


def gather_new(session: AsyncSession, row: Row, values: Mapping[str, Any]) -> None:
    """Insert a row when the unit of work ends, unless it is there already."""
    _pending(session).new.setdefault(row, []).append(values)


async def write_gathered(session: AsyncSession) -> None:
    """Write what was gathered so far, rows in the order of their keys, so that twin replicas never deadlock."""
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    for row, said in pending.said.items():
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key in sorted(said, key=str):
            by_columns.setdefault(tuple(sorted(said[key])), []).append({**dict(key), **said[key]})
        for columns, found in by_columns.items():
            await _write(session, row, columns, found)
    for row, new in pending.new.items():
        await _write(session, row, (), new)


def _pending(session: AsyncSession) -> _Pending:
    pending: _Pending | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = _Pending()
    return pending


async def _write(session: AsyncSession, row: Row, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> None:
    names = tuple(rows[0])
    types = row.__table__.columns
    if any(isinstance(types[name].type, ARRAY) for name in names):  # PostgreSQL unnests an array of arrays to its core
        await session.execute(_upsert_each(row, columns), rows)
        return
    as_json = {name for name in names if isinstance(types[name].type, JSON)}
    values = {
        name: [_dump(one[name]) for one in rows] if name in as_json else [one[name] for one in rows] for name in names
    }
    await session.execute(_upsert_all(row, names, columns), values)


def _dump(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


@cache
def _upsert_all(row: Row, names: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    """Return the statement that takes each column as one array."""
    table = row.__table__
    listed = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f"CAST(:{name} AS {_array_of(table.columns[name].type)})" for name in names)
    taken = ", ".join(
        f'CAST(new."{name}" AS jsonb)' if isinstance(table.columns[name].type, JSON) else f'new."{name}"'
        for name in names
    )
    key = ", ".join(f'"{column.name}"' for column in inspect(row).primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {changes}" if changes else "ON CONFLICT DO NOTHING"
    return text(
        f'INSERT INTO "{row.__tablename__}" ({listed}) SELECT {taken} FROM unnest({arrays}) AS new ({listed}) {conflict}'  # noqa: S608  # names of our own columns
    )


def _array_of(kind: TypeEngine[Any]) -> str:
    return "text[]" if isinstance(kind, JSON) else f"{kind.compile(_DIALECT)}[]"


@cache
def _upsert_each(row: Row, columns: tuple[str, ...]) -> Insert:
    statement = insert(row)
    if not columns:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(
        index_elements=list(inspect(row).primary_key), set_={name: statement.excluded[name] for name in columns}
    )
