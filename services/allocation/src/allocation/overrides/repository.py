"""Overrides as stored."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.overrides.domain import Override
from allocation.overrides.tables import OverrideRow
from common.database.engine import table_of
from common.errors import NotFoundError

OVERRIDES = table_of(OverrideRow)
ADAPTER = TypeAdapter(Override)


def to_override(row: Any) -> Override:
    return ADAPTER.validate_python(dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name for it


async def add_override(session: AsyncSession, override: Override) -> None:
    await session.execute(insert(OVERRIDES).values(**asdict(override)))


async def save_decision(session: AsyncSession, override: Override) -> None:
    values = {"state": override.state, "decided_by": override.decided_by, "decided_at": override.decided_at}
    await session.execute(update(OVERRIDES).where(OVERRIDES.c.override_id == override.override_id).values(values))


async def get_override(session: AsyncSession, override_id: UUID) -> Override:
    """Return an override; raises NotFoundError."""
    row = (await session.execute(select(OVERRIDES).where(OVERRIDES.c.override_id == override_id))).one_or_none()
    if row is None:
        raise NotFoundError("override", override_id)
    return to_override(row)


async def list_overrides(session: AsyncSession, run_id: UUID) -> list[Override]:
    """Return a run's overrides in the order of their making."""
    query = select(OVERRIDES).where(OVERRIDES.c.run_id == run_id).order_by(OVERRIDES.c.override_id)
    return [to_override(row) for row in await session.execute(query)]
