"""Runs from the close of registration to their release, with the solver in its own process."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.allocation.conftest import (
    EDITION,
    OPTIMAL,
    PAPER_OF_RELEASE,
    Fair,
    about,
    accepted,
    announced,
    id_of,
    quota,
    street,
)
from tests.allocation.memory_words import assert_told_of_memory
from tests.bench.allocation import make_problem

from allocation.editions import handlers as editions
from allocation.editions.domain import EditionNotReadyError, EditionSuspendedError, Lot
from allocation.grounds.domain import digest
from allocation.places.domain import Outcome
from allocation.processes import SolverFailedError
from allocation.runs import domain, handlers, repository, worker
from allocation.runs.domain import CheckFailedError, RunBeingExplainedError, RunNotReleasableError, RunState
from allocation.runs.tables import RunRow
from allocation.settings import Settings
from common.calendar import local_date
from common.contracts.allocation import (
    AllocationRunCompleted,
    AllocationRunReleased,
    ApplicationWaitlisted,
    BoothOffered,
)
from common.contracts.registration import (
    ApplicationWithdrawn,
    EditionCancelled,
    EditionCapacityChanged,
    EditionRescheduled,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)
from common.errors import InvalidInputError
from common.tokens import Role

SECRET = "sealed-for-a-test"


async def drawn(fair: Fair) -> dict[str, object]:
    """Return what anybody can read of the edition's lot."""
    async with fair.harness.client() as client:
        answer: dict[str, object] = (await client.get(f"/allocation/editions/{EDITION}/draw")).json()
    return answer


async def test_the_close_of_registration_starts_a_run_and_its_release_gives_the_places(fair: Fair):
    await fair.open(booth_target=2, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=400), accepted("c", points=600))
    assert (await fair.place("a")).outcome is Outcome.AWAITING
    await fair.release()
    (completed,) = await fair.harness.emitted(AllocationRunCompleted)
    (released,) = await fair.harness.emitted(AllocationRunReleased)
    assert (completed.status, completed.placed, completed.waitlisted) == ("optimal", 2, 1)
    assert completed.checker.passed
    assert completed.seed_commitment == domain.commitment(str(released.seed))
    assert released.legal_document == PAPER_OF_RELEASE
    made = await fair.harness.emitted(BoothOffered)
    assert [(event.application_id, event.run_id) for event in made] == [
        (id_of("a"), completed.run_id),
        (id_of("c"), completed.run_id),
    ]
    (waiting,) = await fair.harness.emitted(ApplicationWaitlisted)
    assert (waiting.application_id, waiting.position, waiting.run_id) == (id_of("b"), 1, completed.run_id)
    assert [each.code for each in waiting.reasons] == ["street_full", "stood_before"]
    assert [each.data["points_missing"] for each in waiting.changes if each.code == "points_lacking"] == [201]
    assert await fair.violations() == []


async def test_a_run_is_released_only_when_its_reasons_are_found(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b"))
    await fair.close()
    run = await fair.solve()
    with pytest.raises(RunBeingExplainedError):
        await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)
    assert await fair.harness.emitted(BoothOffered, ApplicationWaitlisted) == []
    await fair.explain()
    await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)
    assert len(await fair.harness.emitted(BoothOffered, ApplicationWaitlisted)) == 2


async def test_a_run_is_released_once_however_often_it_is_clicked(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.release()
    before = await fair.told()
    run = (await fair.runs())[0]
    clicks = (fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE) for _ in range(3))
    assert {each.state for each in await asyncio.gather(*clicks)} == {RunState.RELEASED}
    assert await fair.told() == before


async def test_a_paper_of_a_day_that_has_not_come_releases_nothing(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    tomorrow = local_date(fair.harness.clock.now()) + timedelta(days=1)
    paper = PAPER_OF_RELEASE.model_copy(update={"issued_on": tomorrow})
    with pytest.raises(InvalidInputError) as refused:
        await fair.harness.run(handlers.release_run, run.run_id, paper)
    assert [(one.field, one.code) for one in refused.value.problems] == [("legal_document.issued_on", "in_the_future")]
    assert await fair.harness.emitted(AllocationRunReleased) == []


async def test_a_result_that_the_checker_refuses_is_never_released(fair: Fair):
    await fair.open(quotas=[quota("province:26", ceiling=1)], **OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    both = {str(id_of("a")): ("A01",), str(id_of("b")): ("A02",)}
    await fair.harness.run(handlers.complete_run, run.run_id, domain.RunResult("feasible", (), both))
    (completed,) = await fair.harness.emitted(AllocationRunCompleted)
    assert not completed.checker.passed
    with pytest.raises(CheckFailedError, match="province:26"):
        await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)
    assert await fair.harness.emitted(BoothOffered) == []


async def test_an_infeasible_run_says_so_and_is_not_released(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    result = domain.RunResult("infeasible", (), {}, words="quota_floors_missed")
    await fair.harness.run(handlers.complete_run, run.run_id, result)
    assert (await fair.runs())[0].words == (
        "Không phương án nào giữ được mọi quy định; thấy trước tiên khi xét “Gian còn thiếu so với chỉ tiêu tối thiểu”."
        " / No placement keeps every rule; first seen at “Booths missed of the floors of quotas”."
    )
    assert [event.status for event in await fair.harness.emitted(AllocationRunCompleted)] == ["infeasible"]
    with pytest.raises(RunNotReleasableError):
        await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)


async def test_a_plan_that_comes_after_the_close_starts_the_run(fair: Fair):
    await fair.harness.deliver(announced(**OPTIMAL))
    await fair.harness.deliver(about(RegistrationOpened), accepted("a"), about(RegistrationClosed))
    assert await fair.runs() == []
    await fair.publish(street(2))
    assert [run.state for run in await fair.runs()] == [RunState.QUEUED]


async def test_another_number_of_booths_before_the_release_starts_the_run_anew(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"))
    await fair.close()
    old = await fair.solve()
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=1, zones=[]))
    with pytest.raises(RunNotReleasableError):
        await fair.harness.run(handlers.release_run, old.run_id, PAPER_OF_RELEASE)
    new = await fair.solve()
    assert (old.placed, new.placed) == (3, 1)


async def test_who_withdraws_before_the_release_is_skipped_and_the_next_moves_up(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b"))
    await fair.close()
    run = await fair.solve()
    await fair.explain()
    await fair.harness.deliver(about(ApplicationWithdrawn, "a"))
    await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)
    assert [event.application_id for event in await fair.harness.emitted(BoothOffered)] == [id_of("b")]
    assert await fair.violations() == []


async def test_who_is_accepted_after_the_release_joins_the_line(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.release()
    await fair.harness.deliver(accepted("c", points=900, on_appeal=True))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.run_id) == (id_of("c"), 2, None)
    assert await fair.violations() == []


async def test_who_is_accepted_between_run_and_release_joins_the_line(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.close()
    run = await fair.solve()
    await fair.explain()
    await fair.harness.deliver(accepted("c"))
    await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)
    assert (await fair.place("c")).outcome is Outcome.WAITLISTED
    assert await fair.violations() == []


async def test_nothing_is_released_while_the_edition_is_suspended_or_open_again(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.solve()
    await fair.explain()
    await fair.harness.deliver(about(EditionSuspended))
    with pytest.raises(EditionSuspendedError):
        await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)
    new = {"from": "2020-10-09", "to": "2020-10-12"}
    await fair.harness.deliver(about(EditionRescheduled, new=new), about(RegistrationOpened))
    with pytest.raises(EditionNotReadyError):
        await fair.harness.run(handlers.release_run, run.run_id, PAPER_OF_RELEASE)


async def test_a_run_needs_closed_registration_a_plan_and_the_policy(fair: Fair):
    await fair.open(**OPTIMAL)
    with pytest.raises(EditionNotReadyError):
        await fair.harness.run(handlers.start_run, EDITION)
    await fair.close()
    await fair.harness.run(handlers.start_run, EDITION)
    assert [each.state for each in await fair.runs()] == [RunState.SUPERSEDED, RunState.QUEUED]


async def runs_published(fair: Fair) -> list[tuple[str, str, str | None]]:
    """Return the runs that anybody may know of: id, digest of the input, and of what it gave."""
    told: Any = (await drawn(fair))["runs"]
    return [(each["run_id"], each["input_digest"], each["release_digest"]) for each in told]


async def test_a_run_started_again_draws_the_same_lot_that_was_committed_to_before_anybody_applied(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    committed = await drawn(fair)
    await fair.harness.deliver(*(accepted(name) for name in "abcdef"))
    await fair.close()
    first = await fair.solve()
    await fair.harness.run(handlers.start_run, EDITION)
    second = await fair.solve()
    assert (first.result and first.result.placements) == (second.result and second.result.placements)
    assert committed == {
        "edition_id": str(EDITION),
        "seed_commitment": domain.commitment(str(second.seed)),
        "secret_commitment": committed["secret_commitment"],
        "seed": None,
        "runs": [],
    }
    made = [(str(each.run_id), each.input_digest) for each in (first, second)]
    assert await runs_published(fair) == [(*each, None) for each in made]
    await fair.explain()
    await fair.harness.run(handlers.release_run, second.run_id, PAPER_OF_RELEASE)
    assert (await drawn(fair))["seed"] == second.seed == first.seed
    (released,) = await fair.harness.emitted(AllocationRunReleased)
    assert released.release_digest is not None
    assert await runs_published(fair) == [(*made[0], None), (*made[1], released.release_digest)]


async def test_an_edition_told_again_keeps_its_lot(fair: Fair):
    await fair.open(**OPTIMAL)
    committed = await drawn(fair)
    await fair.harness.deliver(announced(**OPTIMAL))
    assert await drawn(fair) == committed


async def test_a_seed_configured_later_does_not_change_what_an_edition_has_committed_to(
    make_harness: Callable[..., Any],
):
    async with make_harness("allocation") as harness:
        fair = Fair(harness)
        await fair.open(**OPTIMAL)
        committed = await drawn(fair)
        async with harness.unit_of_work() as uow:
            await editions.note_announced(uow, announced(**OPTIMAL), configured=Lot("another", "another-secret-of-16"))
        await fair.harness.deliver(accepted("a"))
        await fair.close()
        run = await fair.solve()
        assert (
            domain.commitment(str(run.seed)) == committed["seed_commitment"] == (await drawn(fair))["seed_commitment"]
        )


async def test_a_cancelled_edition_drops_its_runs(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"), about(RegistrationClosed), about(EditionCancelled))
    assert [run.state for run in await fair.runs()] == [RunState.SUPERSEDED]
    assert await fair.harness.run(handlers.count_unfinished) == 0


async def test_a_result_for_a_run_replaced_meanwhile_is_thrown_away(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    await fair.harness.run(handlers.start_run, EDITION)
    await fair.harness.run(handlers.complete_run, run.run_id, domain.RunResult("feasible", (), {}))
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


async def test_a_configured_seed_gives_the_same_places_again(make_harness: Callable[..., Any]):
    placed: list[dict[str, tuple[str, ...]]] = []
    for ids in ("first", "second"):
        async with make_harness("allocation", allocation_seed="hn-2020-2", allocation_secret=SECRET) as harness:
            again = Fair(harness)
            await again.open(booth_target=3, **OPTIMAL)
            lot = await drawn(again)
            assert lot["seed_commitment"] == domain.commitment("hn-2020-2")
            assert lot["secret_commitment"] != domain.commitment(SECRET), "each edition has one of its own"
            changes = {name: {"application_id": id_of(f"{ids} {name}")} for name in "abcdef"}
            await harness.deliver(*(accepted(name, **changes[name]) for name in "abcdef"))
            await again.close()
            run = await again.solve()
            assert run.seed == "hn-2020-2"
            assert run.result is not None
            names = {str(id_of(f"{ids} {name}")): name for name in "abcdef"}
            placed.append({names[key]: codes for key, codes in run.result.placements.items()})
    assert placed[0] == placed[1]


async def test_a_stored_run_reads_as_it_was_written(fair: Fair):
    await fair.open(quotas=[quota("province:26", floor=1, ceiling=2)], **OPTIMAL)
    await fair.harness.deliver(accepted("a", zones=["A"], corner=True, not_beside="food"))
    await fair.close()
    run = await fair.solve()
    async with fair.harness.unit_of_work() as uow:
        assert await repository.get_run(uow.session, run.run_id) == run
    assert digest(run.input) == run.input_digest


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
