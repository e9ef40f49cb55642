"""Runs as stored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from allocation.explanations.tables import ExplanationRow
from allocation.grounds.domain import RunInput
from allocation.runs.domain import (
    REPLACEABLE,
    UNEXPLAINED,
    UNFINISHED,
    Progress,
    Published,
    Run,
    RunRecord,
    RunResult,
    RunState,
)
from allocation.runs.tables import RunRow
from common.errors import NotFoundError

INPUTS = TypeAdapter(RunInput)
RESULTS = TypeAdapter(RunResult)
PROGRESS = TypeAdapter(Progress)
FIELDS = ("state", "seed", "attempts", "words", "completed_at", "released_at")

_UNFINISHED = RunRow.state.in_(UNFINISHED)
_UNEXPLAINED = (
    RunRow.state.in_((RunState.COMPLETED, RunState.RELEASED))
    & RunRow.explained_at.is_(None)
    & RunRow.facts.is_not(None)
)
_WAITING = or_(_UNFINISHED, _UNEXPLAINED)
COUNT_UNFINISHED = select(func.count()).where(_WAITING)
_HAS_UNFINISHED = select(exists().where(_WAITING))
_NEXT_UNEXPLAINED = select(RunRow).where(_UNEXPLAINED).order_by(RunRow.requested_at).limit(1)
_NEXT = select(RunRow).where(_UNFINISHED).order_by(RunRow.requested_at).limit(1).with_for_update()


def to_run(row: RunRow) -> Run:
    return Run(
        run_id=row.run_id,
        edition_id=row.edition_id,
        state=RunState(row.state),
        policy=row.policy,
        input=INPUTS.validate_python(row.input),
        input_digest=row.input_digest,
        seed=row.seed,
        attempts=row.attempts,
        result=None if row.result is None else RESULTS.validate_python(row.result),
        problems=None if row.problems is None else tuple(row.problems),
        words=row.words,
        requested_at=row.requested_at,
        completed_at=row.completed_at,
        released_at=row.released_at,
        progress=None if row.progress is None else PROGRESS.validate_python(row.progress),
        is_explained=row.explained_at is not None,
    )


def _to_values(run: Run) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(run, name) for name in FIELDS}
    values["result"] = None if run.result is None else RESULTS.dump_python(run.result, mode="json")
    values["problems"] = None if run.problems is None else list(run.problems)
    return values


async def add_run(session: AsyncSession, run: Run, facts: dict[str, Any] | None) -> None:
    names = ("run_id", "edition_id", "policy", "input_digest", "requested_at")
    values = {name: getattr(run, name) for name in names} | _to_values(run)
    if facts is not None:
        values["facts"] = facts
    await session.execute(insert(RunRow).values(input=INPUTS.dump_python(run.input, mode="json"), **values))


async def save_run(session: AsyncSession, run: Run) -> None:
    await session.execute(update(RunRow).where(RunRow.run_id == run.run_id).values(_to_values(run)))


async def save_input(session: AsyncSession, run: Run) -> None:
    """Store what is known again of the input of a run that was folded back; its digest stays the one that was told."""
    changed = update(RunRow).where(RunRow.run_id == run.run_id).values(input=INPUTS.dump_python(run.input, mode="json"))
    await session.execute(changed)


async def find_run(session: AsyncSession, run_id: UUID) -> Run | None:
    row = await session.scalar(select(RunRow).where(RunRow.run_id == run_id))
    return None if row is None else to_run(row)


async def get_run(session: AsyncSession, run_id: UUID) -> Run:
    """Return a run; raises NotFoundError."""
    run = await find_run(session, run_id)
    if run is None:
        raise NotFoundError("run", run_id)
    return run


def to_record(row: RunRow) -> RunRecord:
    return RunRecord(to_run(row), row.facts, row.release, row.solver, row.explained_at)


async def get_record(session: AsyncSession, run_id: UUID) -> RunRecord:
    """Return a run with what its dossier says beside it; raises NotFoundError."""
    row = await session.scalar(select(RunRow).where(RunRow.run_id == run_id))
    if row is None:
        raise NotFoundError("run", run_id)
    return to_record(row)


async def find_record_of(session: AsyncSession, application_id: UUID) -> RunRecord | None:
    """Return the newest run that an application is explained in, or was to be, the released one before all.

    Who was left out of a run is explained by its facts, nothing is stored of it.
    """
    key = str(application_id)
    explained = select(ExplanationRow.run_id).where(ExplanationRow.application_id == application_id)
    unexplained = RunRow.solver.has_key(UNEXPLAINED) & RunRow.facts["applicants"].has_key(key)
    left_out = RunRow.explained_at.is_not(None) & RunRow.facts["left_out"].has_key(key)
    query = select(RunRow).where(RunRow.run_id.in_(explained) | unexplained | left_out)
    order = (RunRow.released_at.desc().nulls_last(), RunRow.requested_at.desc())
    row = await session.scalar(query.order_by(*order).limit(1))
    return None if row is None else to_record(row)


async def find_unexplained(session: AsyncSession) -> RunRecord | None:
    """Return the oldest run that has a result and no explanations yet."""
    row = await session.scalar(_NEXT_UNEXPLAINED)
    return None if row is None else to_record(row)


async def note_explained(session: AsyncSession, run_id: UUID, at: datetime, solver: dict[str, Any]) -> None:
    await session.execute(update(RunRow).where(RunRow.run_id == run_id).values(explained_at=at, solver=solver))


async def note_progress(session: AsyncSession, run_id: UUID, progress: Progress | None) -> RunState | None:
    """Keep how far a run is, while it runs; return its state, None if it is gone."""
    if progress is not None:
        values = {"progress": PROGRESS.dump_python(progress, mode="json")}
        running = (RunRow.run_id == run_id) & (RunRow.state == RunState.RUNNING)
        await session.execute(update(RunRow).where(running).values(values))
    state = await session.scalar(select(RunRow.state).where(RunRow.run_id == run_id))
    return None if state is None else RunState(state)


async def save_release(session: AsyncSession, run_id: UUID, release: dict[str, Any]) -> None:
    """Store what the release gave: written once, by the release itself."""
    await session.execute(update(RunRow).where(RunRow.run_id == run_id).values(release=release))


async def list_published(session: AsyncSession, edition_id: UUID) -> list[Published]:
    """Return what is public of an edition's runs that have a result, or were released before a restore, the oldest first."""
    digest = RunRow.release["digest"].astext
    query = select(RunRow.run_id, RunRow.input_digest, RunRow.completed_at, RunRow.released_at, digest)
    is_told = RunRow.result.is_not(None) | RunRow.release.is_not(None)
    rows = await session.execute(query.where(RunRow.edition_id == edition_id, is_told).order_by(RunRow.run_id))
    return [Published(*row) for row in rows]


async def lock_run(session: AsyncSession, run_id: UUID) -> Run:
    """Return a run and hold it; raises NotFoundError. Its edition is to be locked before."""
    query = select(RunRow).where(RunRow.run_id == run_id).with_for_update()
    row = await session.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFoundError("run", run_id)
    return to_run(row)


async def lock_next_run(session: AsyncSession) -> Run | None:
    """Return the oldest unfinished run and hold it; None if there is none."""
    row = await session.scalar(_NEXT, execution_options={"populate_existing": True})
    return None if row is None else to_run(row)


async def has_run(session: AsyncSession, edition_id: UUID) -> bool:
    """Tell whether an edition has a run that nothing has replaced."""
    here = (RunRow.edition_id == edition_id) & RunRow.state.in_(REPLACEABLE)
    return bool(await session.scalar(select(exists().where(here))))


async def supersede_runs(session: AsyncSession, edition_id: UUID) -> None:
    """Mark what an edition has of runs as replaced by a newer one."""
    await session.execute(
        update(RunRow)
        .where(RunRow.edition_id == edition_id, RunRow.state.in_(REPLACEABLE))
        .values(state=RunState.SUPERSEDED)
    )


async def has_unfinished(connection: AsyncConnection) -> bool:
    """Tell whether a run waits to be solved or explained, without opening a unit of work."""
    return bool(await connection.scalar(_HAS_UNFINISHED))


async def list_runs(session: AsyncSession, edition_id: UUID, after: UUID | None, limit: int) -> list[Run]:
    """Return an edition's runs in the order of their making; ``after`` is the last one seen."""
    query = select(RunRow).where(RunRow.edition_id == edition_id)
    if after is not None:
        query = query.where(RunRow.run_id > after)
    return [to_run(row) for row in await session.scalars(query.order_by(RunRow.run_id).limit(limit))]
