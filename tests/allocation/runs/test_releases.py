"""Runs from the close of registration to their release, and what keeps one from it."""

import asyncio
from datetime import timedelta

import pytest
from tests.allocation.conftest import OPTIMAL, PAPER_OF_RELEASE, Fair, about, accepted, id_of, quota

from allocation.editions.domain import EditionNotReadyError, EditionSuspendedError
from allocation.places.domain import Outcome
from allocation.runs import domain, handlers, releasing
from allocation.runs.domain import CheckFailedError, RunBeingExplainedError, RunNotReleasableError, RunState
from common.calendar import local_date
from common.contracts.allocation import (
    AllocationRunCompleted,
    AllocationRunReleased,
    ApplicationWaitlisted,
    BoothOffered,
)
from common.contracts.registration import (
    ApplicationWithdrawn,
    EditionRescheduled,
    EditionSuspended,
    RegistrationOpened,
)
from common.errors import InvalidInputError


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
        await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    assert await fair.harness.emitted(BoothOffered, ApplicationWaitlisted) == []
    await fair.explain()
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    assert len(await fair.harness.emitted(BoothOffered, ApplicationWaitlisted)) == 2


async def test_a_run_is_released_once_however_often_it_is_clicked(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.release()
    before = await fair.told()
    run = (await fair.runs())[0]
    clicks = (fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE) for _ in range(3))
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
        await fair.harness.run(releasing.release_run, run.run_id, paper)
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
        await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
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
        await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)


async def test_who_withdraws_before_the_release_is_skipped_and_the_next_moves_up(fair: Fair):
    await fair.open(booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b"))
    await fair.close()
    run = await fair.solve()
    await fair.explain()
    await fair.harness.deliver(about(ApplicationWithdrawn, "a"))
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
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
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
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
        await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    new = {"from": "2020-10-09", "to": "2020-10-12"}
    await fair.harness.deliver(about(EditionRescheduled, new=new), about(RegistrationOpened))
    with pytest.raises(EditionNotReadyError):
        await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
