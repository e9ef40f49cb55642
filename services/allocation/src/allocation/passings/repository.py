"""Passings as stored."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.passings.domain import Passing
from allocation.passings.tables import PassingRow
from common.database.engine import table_of

PASSINGS = table_of(PassingRow)

_ADD = insert(PASSINGS)
_GATHER = _ADD.on_conflict_do_update(
    index_elements=["application_id", "code"],
    set_={
        "times": PASSINGS.c.times + _ADD.excluded.times,
        "served": PASSINGS.c.served + _ADD.excluded.served,
        **{name: _ADD.excluded[name] for name in ("reason", "position", "last_at")},
    },
)
_LIST = (
    select(PASSINGS)
    .where(PASSINGS.c.application_id == bindparam("application_id"))
    .order_by(PASSINGS.c.last_at.desc(), PASSINGS.c.code)
)


def to_passing(row: Any) -> Passing:
    return Passing(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it


async def gather_passings(session: AsyncSession, passings: Sequence[Passing]) -> None:
    """Add passings to what is known of the same applications and reasons."""
    if passings:
        await session.execute(_GATHER, [asdict(each) for each in passings])


async def list_passings(session: AsyncSession, application_id: UUID) -> list[Passing]:
    """Return an application's passings, the latest first."""
    return [to_passing(row) for row in await session.execute(_LIST, {"application_id": application_id})]
