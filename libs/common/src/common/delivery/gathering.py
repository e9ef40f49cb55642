"""Rows that a unit of work gathers and writes when it ends, one statement a table.

Event by event each row would take a trip to the database of its own, which costs more than all that is done in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
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

Row = type[DeclarativeBase]
Key = tuple[tuple[str, Any], ...]


class _Rule(NamedTuple):
    """Which rows are written, and by which column they only move forward."""

    row: Row
    forward_by: str | None


Said = dict[Key, dict[str, Any]]


@dataclass
class _Pending:
    said: dict[_Rule, Said] = field(default_factory=dict[_Rule, Said])
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
    said = _pending(session).said.setdefault(_Rule(row, forward_by), {})
    place = tuple(key.items())
    known = said.get(place)
    if known is None:
        said[place] = {**key, **values}
    elif forward_by is None or values[forward_by] > known[forward_by]:
        known.update(values)


def gather_new(session: AsyncSession, row: Row, values: Mapping[str, Any]) -> None:
    """Insert a row when the unit of work ends, unless it is there already."""
    _pending(session).new.setdefault(row, []).append(values)


async def write_gathered(session: AsyncSession) -> None:
    """Write what was gathered so far, rows in the order of their keys, so that twin replicas never deadlock."""
    pending: _Pending | None = session.info.pop(_PENDING, None)
    if pending is None:
        return
    for rule, said in pending.said.items():
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key in sorted(said, key=_order):
            by_columns.setdefault(tuple(said[key]), []).append(said[key])
        keys = {column.name for column in inspect(rule.row).primary_key}
        for names, found in by_columns.items():
            await _write(session, rule, tuple(name for name in names if name not in keys), found)
    for row, new in pending.new.items():
        await _write(session, _Rule(row, None), (), new)


def _order(key: Key) -> list[Any]:
    return [value.int if isinstance(value, UUID) else value for _, value in key]


def _pending(session: AsyncSession) -> _Pending:
    pending: _Pending | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = _Pending()
    return pending


async def _write(
    session: AsyncSession, rule: _Rule, columns: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> None:
    names = tuple(rows[0])
    types = rule.row.__table__.columns
    if any(isinstance(types[name].type, ARRAY) for name in names):  # PostgreSQL unnests an array of arrays to its core
        await session.execute(_upsert_each(rule, columns), rows)
        return
    as_json = {name for name in names if isinstance(types[name].type, JSON)}
    values = {
        name: [_dump(one[name]) for one in rows] if name in as_json else [one[name] for one in rows] for name in names
    }
    await session.execute(_upsert_all(rule, names, columns), values)


def _dump(value: Any) -> str | None:
    return None if value is None else to_json(value).decode()


@cache
def _upsert_all(rule: _Rule, names: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    """Return the statement that takes each column as one array."""
    row, table = rule.row, rule.row.__table__
    listed = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f"CAST(:{name} AS {_array_of(table.columns[name].type)})" for name in names)
    taken = ", ".join(
        f'CAST(new."{name}" AS jsonb)' if isinstance(table.columns[name].type, JSON) else f'new."{name}"'
        for name in names
    )
    key = ", ".join(f'"{column.name}"' for column in inspect(row).primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    newer = "" if rule.forward_by is None else f' WHERE excluded."{rule.forward_by}" > old."{rule.forward_by}"'
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {changes}{newer}" if changes else "ON CONFLICT DO NOTHING"
    return text(
        f'INSERT INTO "{row.__tablename__}" AS old ({listed})'  # noqa: S608  # names of our own columns
        f" SELECT {taken} FROM unnest({arrays}) AS new ({listed}) {conflict}"
    )


def _array_of(kind: TypeEngine[Any]) -> str:
    return "text[]" if isinstance(kind, JSON) else f"{kind.compile(_DIALECT)}[]"


@cache
def _upsert_each(rule: _Rule, columns: tuple[str, ...]) -> Insert:
    statement = insert(rule.row)
    if not columns:
        return statement.on_conflict_do_nothing()
    by = rule.forward_by
    return statement.on_conflict_do_update(
        index_elements=list(inspect(rule.row).primary_key),
        set_={name: statement.excluded[name] for name in columns},
        where=None if by is None else statement.excluded[by] > rule.row.__table__.columns[by],
    )
