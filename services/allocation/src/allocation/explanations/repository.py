"""Explanations as stored."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.explanations.domain import Explanation
from allocation.explanations.tables import ExplanationRow
from allocation.rows import table_of

EXPLANATIONS = table_of(ExplanationRow)
ADAPTER = TypeAdapter(Explanation)


def to_explanation(row: Any) -> Explanation:
    return ADAPTER.validate_python(
        {
            "application_id": str(row.application_id),
            "is_placed": row.is_placed,
            "reasons": row.reasons,
            "changes": row.changes,
        }
    )


async def add_explanations(session: AsyncSession, run_id: UUID, found: Sequence[Explanation]) -> None:
    """Store what was found; a second time changes nothing."""
    rows = [{**asdict(each), "run_id": run_id, "application_id": UUID(each.application_id)} for each in found]
    if rows:
        await session.execute(insert(EXPLANATIONS).on_conflict_do_nothing(), rows)


async def list_explanations(
    session: AsyncSession, run_id: UUID, after: UUID | None = None, limit: int | None = None
) -> list[Explanation]:
    """Return a run's explanations by application; ``after`` is the last one seen."""
    query = select(EXPLANATIONS).where(EXPLANATIONS.c.run_id == run_id).order_by(EXPLANATIONS.c.application_id)
    if after is not None:
        query = query.where(EXPLANATIONS.c.application_id > after)
    return [to_explanation(row) for row in await session.execute(query.limit(limit))]


async def find_explanation(session: AsyncSession, run_id: UUID, application_id: UUID) -> Explanation | None:
    query = select(EXPLANATIONS).where(EXPLANATIONS.c.run_id == run_id, EXPLANATIONS.c.application_id == application_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else to_explanation(row)
