"""The worker that has runs solved: one replica at a time, each run in a process of its own that can be killed."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog
from pydantic import TypeAdapter
from sqlalchemy import text

from allocation.explanations.worker import explain_next
from allocation.processes import SolverFailedError, run_process
from allocation.repairs import repository as known_repairs
from allocation.repairs.worker import repair_next
from allocation.runs import handlers, repository
from allocation.runs.domain import Progress, Run, RunResult, RunState
from allocation.settings import Settings
from allocation.standby import STANDBY, Standby
from common.delivery.failpoints import reach
from common.service import Service

log = structlog.get_logger(__name__)

RESULTS = TypeAdapter(RunResult)
PROGRESS = TypeAdapter(Progress)
LEADER = "allocation solver"
POLL_SECONDS = 0.2
WATCH_SECONDS = 0.5


async def solve_runs(service: Service, settings: Settings) -> None:
    """Solve runs until cancelled; waits while another replica does."""
    async with service.engine.connect() as connection:
        leading = await connection.execution_options(isolation_level="AUTOCOMMIT")
        lock = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
        while not await leading.scalar(lock, {"name": LEADER}):  # noqa: ASYNC110  # the database holds what is waited for
            await asyncio.sleep(1)
        standby = Standby()
        STANDBY.set(standby)
        try:
            while True:
                waits = await repository.has_unfinished(leading)  # a lost connection is a lost lock
                waits = waits or await known_repairs.has_queued(leading)
                if not (waits and await work_next(service, settings)):
                    await standby.end_when_idle()
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            await standby.close()
            # The lock goes with the connection; after a statement that was cut off no other could be sent.
            await leading.invalidate()


async def work_next(service: Service, settings: Settings) -> bool:
    """Find a repair, solve a run, or explain one that is solved; return whether there was one."""
    for work in (repair_next, solve_next, explain_next):
        if await work(service, settings):
            return True
    return False


async def solve_next(service: Service, settings: Settings) -> bool:
    """Solve one run, if there is one; return whether there was."""
    async with service.unit_of_work() as uow:
        run = await handlers.claim_run(uow)
    if run is None:
        return False
    log.info("run_started", run_id=str(run.run_id), applicants=len(run.input.applicants), attempt=run.attempts)
    try:
        result = await solve_watched(service, run, settings)
    except SolverFailedError as error:
        await _note_failure(service, run.run_id, str(error))
        return True
    if result is None:
        log.info("run_stopped", run_id=str(run.run_id))
        return True
    await reach("solver.before_store")
    async with service.unit_of_work() as uow:
        await handlers.complete_run(uow, run.run_id, result)
    log.info("run_solved", run_id=str(run.run_id), status=result.status, placed=len(result.placements))
    return True


async def _note_failure(service: Service, run_id: UUID, words: str) -> None:
    log.error("run_attempt_failed", run_id=str(run_id), detail=words[:300])
    async with service.unit_of_work() as uow:
        await handlers.note_failure(uow, run_id, words)


async def solve_watched(service: Service, run: Run, settings: Settings) -> RunResult | None:
    """Return what the solver finds; None for a run that was cancelled or replaced meanwhile, whose process is killed."""
    heard: list[Progress] = []
    solving = asyncio.create_task(run_solver(run, settings, heard.append))
    try:
        while not (await asyncio.wait([solving], timeout=WATCH_SECONDS))[0]:
            async with service.unit_of_work() as uow:
                state = await repository.note_progress(uow.session, run.run_id, heard[-1] if heard else None)
            if state is not RunState.RUNNING:
                return None
        return solving.result()
    finally:
        if not solving.done():
            solving.cancel()
            await asyncio.wait([solving])


async def run_solver(run: Run, settings: Settings, hear: Callable[[Progress], None] | None = None) -> RunResult:
    """Return what the solver's process finds; raises SolverFailedError, and kills it when it is over its time."""
    problem: dict[str, object] = {"input": run.input, "seed": run.seed}

    def listen(line: bytes) -> None:
        if hear is not None:
            hear(PROGRESS.validate_json(line))

    return await run_process("allocation.runs.solver", problem, RESULTS, settings, listen)
