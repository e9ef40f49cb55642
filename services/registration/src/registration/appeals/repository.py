"""Appeals as stored."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.appeals.domain import DUE, OVERDUE, REMIND_BEFORE, Appeal
from registration.editions.endings import OVER
from registration.editions.states import EditionState
from registration.rows import insert_into, rows_of

APPEAL = TypeAdapter(Appeal)
ADD = insert_into("appeals")
SAVE = insert_into("appeals", key="application_id", renew=("decide_by_at",))
# An application may be under review again after its appeal was decided: with an acceptance that a recall ended.
LOCK_UNDECIDED = text(
    """
    SELECT CAST(to_jsonb(p) AS text) FROM appeals p JOIN applications a ON a.application_id = p.application_id
    WHERE p.edition_id = :edition_id AND a.state = 'under_review' AND coalesce(a.decided_at, p.filed_at) <= p.filed_at
    ORDER BY p.application_id FOR UPDATE OF p
    """
)
LIST = text(
    """
    SELECT a.state = 'under_review' AND coalesce(a.decided_at, p.filed_at) <= p.filed_at, CAST(to_jsonb(p) AS text)
    FROM appeals p JOIN applications a ON a.application_id = p.application_id
    WHERE p.edition_id = :edition_id ORDER BY p.decide_by_at, p.application_id
    """
)

FIND = text("SELECT CAST(to_jsonb(p) AS text) FROM appeals p WHERE application_id = :application_id")

LIST_PRESSING = text(
    """
    SELECT CAST(to_jsonb(p) AS text) FROM appeals p
    JOIN applications a ON a.application_id = p.application_id JOIN editions e ON e.edition_id = p.edition_id
    WHERE a.state = 'under_review' AND coalesce(a.decided_at, p.filed_at) <= p.filed_at
        AND e.state <> ALL(:resting) AND p.decide_by_at <= :soon
        AND NOT EXISTS (
            SELECT FROM review_tasks t WHERE t.application_id = p.application_id
                AND CAST(t.data ->> 'decide_by' AS timestamptz) = p.decide_by_at
                AND t.kind = CASE WHEN p.decide_by_at < :now THEN :overdue ELSE :due END
        )
    ORDER BY p.decide_by_at, p.application_id LIMIT :limit
    """
)
CLOSE = text(
    """
    UPDATE review_tasks t SET done_at = :now, done_by = :by, note = :note
    FROM applications a, appeals p
    WHERE a.application_id = t.application_id AND p.application_id = t.application_id AND t.done_at IS NULL
        AND (
            (t.kind IN (:due, :overdue) AND NOT (a.state = 'under_review' AND coalesce(a.decided_at, p.filed_at) <= p.filed_at))
            OR (t.kind = :due AND p.decide_by_at < :now)
            OR (t.kind IN (:due, :overdue) AND CAST(t.data ->> 'decide_by' AS timestamptz) <> p.decide_by_at)
        )
    """
)
KINDS = {"due": DUE, "overdue": OVERDUE}


async def add_appeal(session: AsyncSession, appeal: Appeal) -> None:
    await session.execute(ADD, rows_of([appeal]))


async def lock_undecided(session: AsyncSession, edition_id: UUID) -> list[Appeal]:
    """Return an edition's appeals that wait for their decision, and hold them."""
    rows = await session.scalars(LOCK_UNDECIDED, {"edition_id": edition_id})
    return [APPEAL.validate_json(content) for content in rows]


async def save_appeals(session: AsyncSession, appeals: Sequence[Appeal]) -> None:
    """Store by when appeals are to be decided."""
    if appeals:
        await session.execute(SAVE, rows_of(appeals))


async def list_appeals(session: AsyncSession, edition_id: UUID) -> list[tuple[Appeal, bool]]:
    """Return an edition's appeals, and whether each waits for its decision, the most urgent first."""
    rows = await session.execute(LIST, {"edition_id": edition_id})
    return [(APPEAL.validate_json(content), waits) for waits, content in rows]


async def find_appeal(session: AsyncSession, application_id: UUID) -> Appeal | None:
    found = await session.scalar(FIND, {"application_id": application_id})
    return None if found is None else APPEAL.validate_json(found)


async def list_pressing(session: AsyncSession, now: datetime, limit: int) -> list[Appeal]:
    """Return appeals that are due soon or overdue and of which no desk was told so yet.

    Suspended editions wait, and in those that are over nothing is decided.
    """
    resting = [EditionState.SUSPENDED, *OVER]
    values = {"now": now, "soon": now + REMIND_BEFORE, "limit": limit, "resting": resting, **KINDS}
    return [APPEAL.validate_json(content) for content in await session.scalars(LIST_PRESSING, values)]


async def close_tasks(session: AsyncSession, now: datetime, by: str, note: str) -> None:
    """End the tasks of appeals that are decided or over, and reminders that their time has passed."""
    await session.execute(CLOSE, {"now": now, "by": by, "note": note, **KINDS})
