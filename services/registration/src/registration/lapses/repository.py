"""Recalls, checks and tasks as stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.editions.endings import OVER
from registration.lapses.domain import LAPSED, OF_ACCEPTANCES, RECALL_UNDONE, CertificateLoss, Task
from registration.rows import insert_into, rows_of

TASK = TypeAdapter(Task)
ADD_LOSS = insert_into("certificate_losses", key="product_id, revoked_on", renew=("paper",))
ADD_CHECK = insert_into("certificate_checks", key="edition_id, checked_on", renew=("lapsed", "checked_at"))
ADD_TASKS = text(insert_into("review_tasks").text + " ON CONFLICT (application_id, kind, subject) DO NOTHING")
# A lapse that is found was told as something else in between, so it is another one, to be looked at again.
ADD_LAPSES = text(
    insert_into("review_tasks").text
    + " ON CONFLICT (application_id, kind, subject) DO UPDATE SET data = excluded.data, opened_at = excluded.opened_at,"
    " done_at = NULL, done_by = NULL, note = NULL"
)
SAVE_TASK = insert_into("review_tasks", key="task_id", renew=("data", "done_at", "done_by", "note"))
LOCK_TASK = text("SELECT CAST(to_jsonb(t) AS text) FROM review_tasks t WHERE task_id = :task_id FOR UPDATE")
LOCK_OPEN = text(
    """
    SELECT CAST(to_jsonb(t) AS text) FROM review_tasks t
    WHERE application_id = ANY(:application_ids) AND kind = ANY(:kinds) AND done_at IS NULL
    ORDER BY task_id FOR UPDATE
    """
)
LIST_ABOUT = text(
    """
    SELECT CAST(to_jsonb(t) AS text) FROM review_tasks t
    WHERE application_id = :application_id AND kind = ANY(:kinds) ORDER BY task_id FOR UPDATE
    """
)
LOCK_SETTLED = text(
    """
    SELECT CAST(to_jsonb(t) AS text), a.state, e.state FROM review_tasks t
    JOIN applications a ON a.application_id = t.application_id JOIN editions e ON e.edition_id = t.edition_id
    WHERE t.done_at IS NULL AND (
            e.state = ANY(:over) OR (t.kind = ANY(:of_acceptances) AND a.state <> 'accepted')
            OR (t.kind = :lapsed AND a.state = 'withdrawn') OR (t.kind = :undone AND a.state <> 'under_review')
        )
        AND t.edition_id = coalesce(CAST(:edition_id AS uuid), t.edition_id)
        AND (CAST(:application_ids AS uuid[]) IS NULL OR t.application_id = ANY(CAST(:application_ids AS uuid[])))
    ORDER BY t.task_id LIMIT :limit FOR UPDATE OF t
    """
)
LIST_TASKS = text(
    """
    SELECT CAST(to_jsonb(t) AS text) FROM review_tasks t
    WHERE edition_id = :edition_id AND (done_at IS NULL OR :with_done) ORDER BY task_id
    """
)
LIST_UNCHECKED = text(
    """
    SELECT e.edition_id FROM editions e
    WHERE (
            e.state = 'registration_closed'
            OR (e.state = 'registration_open' AND e.allocation_policy = 'first_come')
            OR (e.state = 'live' AND :today BETWEEN e.planned_first AND e.planned_last)
        )
        AND NOT EXISTS (SELECT FROM certificate_checks c WHERE c.edition_id = e.edition_id AND c.checked_on = :today)
    ORDER BY e.planned_first, e.edition_id LIMIT :limit
    """
)
LIST_RECORDERS = text(
    """
    SELECT DISTINCT ON (product_id) product_id, recorded_by FROM certificate_losses
    WHERE product_id = ANY(:product_ids) ORDER BY product_id, recorded_at DESC
    """
)
HAS_PRODUCT = text("SELECT EXISTS (SELECT FROM products WHERE product_id = :product_id)")


async def add_loss(session: AsyncSession, loss: CertificateLoss, recorded_by: str, now: datetime) -> None:
    """Store a recall; raises NotFoundError where there is no such product."""
    if not await session.scalar(HAS_PRODUCT, {"product_id": loss.product_id}):
        raise NotFoundError("product", loss.product_id)
    await session.execute(ADD_LOSS, rows_of([{**vars(loss), "recorded_by": recorded_by, "recorded_at": now}]))


async def list_recorders(session: AsyncSession, product_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return who entered the newest recall of products; of one that was not recalled nobody."""
    rows = await session.execute(LIST_RECORDERS, {"product_ids": list(product_ids)})
    return {row.product_id: row.recorded_by for row in rows}


async def add_check(session: AsyncSession, edition_id: UUID, on: date, lapsed: int, now: datetime) -> None:
    row = {"edition_id": edition_id, "checked_on": on, "lapsed": lapsed, "checked_at": now}
    await session.execute(ADD_CHECK, rows_of([row]))


async def list_unchecked(session: AsyncSession, today: date, limit: int) -> list[UUID]:
    """Return the editions whose certificates are to be looked at today: while places are given, and on fair days.

    Places go by a run from the close on, by arrival from the opening on.
    """
    return list(await session.scalars(LIST_UNCHECKED, {"today": today, "limit": limit}))


async def add_tasks(session: AsyncSession, tasks: Sequence[Task]) -> None:
    """Store tasks; one about the same thing is there once."""
    if tasks:
        await session.execute(ADD_TASKS, rows_of(tasks))


async def add_lapses(session: AsyncSession, tasks: Sequence[Task]) -> None:
    """Store tasks about lapses; one that was done before is open again."""
    if tasks:
        await session.execute(ADD_LAPSES, rows_of(tasks))


async def lock_open_tasks(
    session: AsyncSession, application_ids: Collection[UUID], kinds: Collection[str]
) -> list[Task]:
    """Return the open tasks of applications of some kinds, locked, oldest first."""
    wanted = {"application_ids": list(application_ids), "kinds": list(kinds)}
    return [TASK.validate_json(row) for row in await session.scalars(LOCK_OPEN, wanted)]


async def list_about(session: AsyncSession, application_id: UUID, kinds: Collection[str]) -> list[Task]:
    """Return the tasks of an application of some kinds, also those that were done, locked, oldest first."""
    wanted = {"application_id": application_id, "kinds": list(kinds)}
    return [TASK.validate_json(row) for row in await session.scalars(LIST_ABOUT, wanted)]


@dataclass(frozen=True)
class Where:
    """A task with the states of its application and its edition."""

    task: Task
    application_state: str
    edition_state: str


async def lock_settled(
    session: AsyncSession,
    limit: int | None = None,
    *,
    edition_id: UUID | None = None,
    application_ids: Collection[UUID] | None = None,
) -> list[Where]:
    """Return open tasks that have nothing left to do, locked: of an edition, of some applications, or of all."""
    kinds = {"of_acceptances": list(OF_ACCEPTANCES), "lapsed": LAPSED, "undone": RECALL_UNDONE}
    ids = None if application_ids is None else list(application_ids)
    wanted = {"limit": limit, "edition_id": edition_id, "application_ids": ids, "over": list(OVER), **kinds}
    return [Where(TASK.validate_json(row[0]), *row[1:]) for row in await session.execute(LOCK_SETTLED, wanted)]


async def lock_task(session: AsyncSession, task_id: UUID) -> Task:
    """Return a task that nobody else does meanwhile; raises NotFoundError."""
    found = await session.scalar(LOCK_TASK, {"task_id": task_id})
    if found is None:
        raise NotFoundError("task", task_id)
    return TASK.validate_json(found)


async def save_task(session: AsyncSession, task: Task) -> None:
    await save_tasks(session, [task])


async def save_tasks(session: AsyncSession, tasks: Sequence[Task]) -> None:
    if tasks:
        await session.execute(SAVE_TASK, rows_of(tasks))


async def list_tasks(session: AsyncSession, edition_id: UUID, *, with_done: bool) -> list[Task]:
    """Return an edition's tasks, oldest first."""
    rows = await session.scalars(LIST_TASKS, {"edition_id": edition_id, "with_done": with_done})
    return [TASK.validate_json(row) for row in rows]
