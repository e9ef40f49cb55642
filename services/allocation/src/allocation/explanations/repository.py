"""Explanations as stored; of who was left out of a run nothing is, the facts of the run say it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.explanations.domain import Explanation, why_left_out
from allocation.explanations.tables import ExplanationRow
from allocation.runs.domain import RunRecord
from common.database.engine import table_of

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


def explain_left_out(record: RunRecord) -> dict[UUID, Explanation]:
    """Return why who was left out of a run has no place, by application; of nobody until the run is explained.

    Made on reading: a worker or a release of an older version meets explanations of the run's applicants alone.
    """
    if record.facts is None or record.explained_at is None or record.unexplained is not None:
        return {}
    last_on = record.facts["edition"]["last_on"]
    return {UUID(key): why_left_out(key, last_on) for key in record.facts.get("left_out", ())}


async def list_explanations(
    session: AsyncSession, record: RunRecord, after: UUID | None = None, limit: int | None = None
) -> list[Explanation]:
    """Return a run's explanations by application; ``after`` is the last one seen."""
    run_id, left_out = record.run.run_id, explain_left_out(record)
    query = select(EXPLANATIONS).where(EXPLANATIONS.c.run_id == run_id).order_by(EXPLANATIONS.c.application_id)
    if after is not None:
        query = query.where(EXPLANATIONS.c.application_id > after)
        left_out = {key: each for key, each in left_out.items() if key > after}
    stored = {row.application_id: to_explanation(row) for row in await session.execute(query.limit(limit))}
    found = stored | left_out
    return [found[key] for key in sorted(found)[:limit]]


async def find_explanation(session: AsyncSession, record: RunRecord, application_id: UUID) -> Explanation | None:
    left_out = explain_left_out(record).get(application_id)
    if left_out is not None:
        return left_out
    here = EXPLANATIONS.c.run_id == record.run.run_id
    query = select(EXPLANATIONS).where(here, EXPLANATIONS.c.application_id == application_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else to_explanation(row)
