"""When a run starts, starts anew and is dropped; what is stored of it."""

import pytest
from tests.allocation.conftest import (
    EDITION,
    OPTIMAL,
    PAPER_OF_RELEASE,
    Fair,
    about,
    accepted,
    announced,
    quota,
    street,
)

from allocation.editions.domain import EditionNotReadyError
from allocation.grounds.domain import digest
from allocation.open_work import count_open
from allocation.runs import domain, handlers, releasing, repository
from allocation.runs.domain import RunNotReleasableError, RunState
from common.contracts.allocation import AllocationRunCompleted
from common.contracts.registration import (
    EditionCancelled,
    EditionCapacityChanged,
    RegistrationClosed,
    RegistrationOpened,
)


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
        await fair.harness.run(releasing.release_run, old.run_id, PAPER_OF_RELEASE)
    new = await fair.solve()
    assert (old.placed, new.placed) == (3, 1)


async def test_a_run_needs_closed_registration_a_plan_and_the_policy(fair: Fair):
    await fair.open(**OPTIMAL)
    with pytest.raises(EditionNotReadyError):
        await fair.harness.run(handlers.start_run, EDITION)
    await fair.close()
    await fair.harness.run(handlers.start_run, EDITION)
    assert [each.state for each in await fair.runs()] == [RunState.SUPERSEDED, RunState.QUEUED]


async def test_a_cancelled_edition_drops_its_runs(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"), about(RegistrationClosed), about(EditionCancelled))
    assert [run.state for run in await fair.runs()] == [RunState.SUPERSEDED]
    assert await fair.harness.run(count_open) == 0


async def test_a_result_for_a_run_replaced_meanwhile_is_thrown_away(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.harness.run(handlers.claim_run)
    assert run is not None
    await fair.harness.run(handlers.start_run, EDITION)
    await fair.harness.run(handlers.complete_run, run.run_id, domain.RunResult("feasible", (), {}))
    assert await fair.harness.emitted(AllocationRunCompleted) == []


async def test_a_stored_run_reads_as_it_was_written(fair: Fair):
    await fair.open(quotas=[quota("province:26", floor=1, ceiling=2)], **OPTIMAL)
    await fair.harness.deliver(accepted("a", zones=["A"], corner=True, not_beside="food"))
    await fair.close()
    run = await fair.solve()
    async with fair.harness.unit_of_work() as uow:
        assert await repository.get_run(uow.session, run.run_id) == run
    assert digest(run.input) == run.input_digest
