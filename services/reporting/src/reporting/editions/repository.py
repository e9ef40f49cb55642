"""SQL of the editions' steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.editions.domain import Step
from reporting.editions.tables import EditionStepRow
from reporting.rows import Base

_ADD = insert(Base.metadata.tables[EditionStepRow.__tablename__]).on_conflict_do_nothing()


async def add_step(session: AsyncSession, *, event_id: UUID, edition_id: UUID, step: Step) -> None:
    """Add a step; the same event twice is one step."""
    await session.execute(
        _ADD,
        {
            "event_id": event_id,
            "edition_id": edition_id,
            "source": step.source,
            "sequence": step.sequence,
            "name": step.name,
            "told_at": step.told_at,
            "body": dict(step.body),
        },
    )


async def list_steps(session: AsyncSession, edition_id: UUID) -> Sequence[Step]:
    """Return an edition's steps, each source's in its own order."""
    query = (
        select(EditionStepRow)
        .where(EditionStepRow.edition_id == edition_id)
        .order_by(EditionStepRow.source, EditionStepRow.sequence)
    )
    return [to_step(row.name, row.source, row.sequence, row.told_at, row.body) for row in await session.scalars(query)]


def to_step(name: str, source: str, sequence: int, told_at: datetime, body: dict[str, Any]) -> Step:
    return Step(name=name, source=source, sequence=sequence, told_at=told_at, body=body)
