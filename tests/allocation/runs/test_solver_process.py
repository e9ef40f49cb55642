"""The solver in its own process: how far it is, and what becomes of a run when it is stopped, too slow, too large or broken."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from tests.allocation.conftest import EDITION, OPTIMAL, Fair, accepted
from tests.allocation.memory_words import assert_told_of_memory
from tests.bench.allocation import make_problem

from allocation.places.domain import Outcome
from allocation.processes import SolverFailedError
from allocation.runs import domain, handlers, repository, worker
from allocation.runs.domain import RunState
from allocation.runs.tables import RunRow
from allocation.settings import Settings
from common.contracts.allocation import AllocationRunCompleted, BoothOffered
from common.tokens import Role


async def test_a_running_run_tells_how_far_it_is(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    progress = domain.Progress("placed_points_500", 3, 4, 1.5, is_done=False)
    async with fair.harness.unit_of_work() as uow:
        assert await repository.note_progress(uow.session, run.run_id, progress) is RunState.RUNNING
    async with fair.harness.client(Role.ORGANISER) as client:
        told = (await client.get(f"/allocation/runs/{run.run_id}")).json()["progress"]
    assert (told["name"], told["value"], told["bound"], told["seconds"]) == ("placed_points_500", 3, 4, 1.5)


async def test_a_run_that_is_stopped_is_given_up_by_its_solver_and_leaves_nothing(
    fair: Fair, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker, "WATCH_SECONDS", 0.01)
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    async with fair.harness.client(Role.ORGANISER) as client:
        stopped = await client.post(f"/allocation/runs/{run.run_id}/cancellation")
        again = await client.post(f"/allocation/runs/{run.run_id}/cancellation")
    assert (stopped.json()["state"], again.status_code, again.json()["code"]) == ("cancelled", 409, "run_not_running")
    assert await worker.solve_watched(fair.harness.service, run, settings) is None
    await fair.harness.run(handlers.complete_run, run.run_id, domain.RunResult("feasible", (), {}))
    assert [each.state for each in await fair.runs()] == [RunState.CANCELLED]
    assert await fair.harness.emitted(AllocationRunCompleted) == []


async def test_a_solver_that_is_too_slow_is_killed_and_after_three_attempts_the_run_fails(
    fair: Fair, settings: Settings
):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    hurried = settings.model_copy(update={"solver_seconds": 0.01})
    while await worker.solve_next(fair.harness.service, hurried):
        pass
    (run,) = await fair.runs()
    assert (run.state, run.attempts) == (RunState.FAILED, 3)
    assert run.words == "Bộ tính không có kết quả sau 0.01 giây. / The solver had no result after 0.01 s."


async def test_a_solver_that_needs_more_than_its_memory_is_ended_and_the_run_says_so_and_nothing_is_lost(
    fair: Fair, settings: Settings
):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.close()
    (queued,) = await fair.runs()
    large = repository.INPUTS.dump_python(make_problem(150, 470), mode="json")
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(update(RunRow).where(RunRow.run_id == queued.run_id).values(input=large))
    small = settings.model_copy(update={"solver_memory_mb": 64})
    while await worker.solve_next(fair.harness.service, small):
        pass
    (failed,) = await fair.runs()
    assert (failed.state, failed.attempts) == (RunState.FAILED, 3)
    vi, _, en = failed.words.partition(" / ")
    assert_told_of_memory(vi, en, 64)
    assert await fair.harness.emitted(AllocationRunCompleted, BoothOffered) == []
    assert {(await fair.place(name)).outcome for name in "ab"} == {Outcome.AWAITING}
    await fair.harness.run(handlers.start_run, EDITION)
    run = await fair.solve()
    assert (run.state, run.input, run.placed) == (RunState.COMPLETED, queued.input, 2)


async def test_a_solver_that_breaks_tells_why(fair: Fair, settings: Settings):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(*(accepted(name, corner=True) for name in "abcdef"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    seedless = replace(run, seed=None)  # no problem that it can read
    with pytest.raises(SolverFailedError, match="exit code"):
        await worker.run_solver(seedless, settings)


async def test_a_solver_whose_threads_find_no_room_tells_how_many_they_are_and_what_it_may_have(
    fair: Fair, settings: Settings
):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    crowded = settings.model_copy(update={"solver_memory_mb": 64, "solver_workers": 8})
    with pytest.raises(SolverFailedError) as failed:
        await worker.run_solver(replace(run, input=make_problem(150, 470)), crowded)
    first = "Bộ tính không mở được 8 luồng trong", "The solver could not start its 8 threads within"
    met_before = "Bộ tính cần nhiều hơn", "The solver needed more than"  # by what else it asks for meanwhile
    assert failed.value.vi in {f"{each} 64 MB bộ nhớ được phép dùng." for each in (first[0], met_before[0])}
    assert failed.value.en in {f"{each} the 64 MB of memory that it may have." for each in (first[1], met_before[1])}
