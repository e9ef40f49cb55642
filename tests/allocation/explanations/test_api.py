"""Who may read why an application has its place or none, and in which words."""

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.allocation.conftest import PAPER_OF_RELEASE, Fair, accepted, id_of, quota, vendor_of
from tests.allocation.memory_words import assert_told_of_memory
from tests.bench.allocation import make_problem

from allocation.explanations import worker
from allocation.open_work import count_open
from allocation.places.domain import Outcome
from allocation.processes import SolverFailedError, run_process
from allocation.runs import repository as runs
from allocation.runs.domain import RunResult
from allocation.runs.handlers import claim_run, complete_run
from allocation.runs.releasing import release_run
from allocation.runs.tables import RunRow
from allocation.settings import Settings
from common.tokens import Role

OPTIMAL: dict[str, Any] = {"allocation_policy": "optimal_at_close", "booth_target": 2}


@pytest.fixture
async def solved(fair: Fair) -> Fair:
    await fair.open(quotas=[quota("province:26", ceiling=1)], **OPTIMAL)
    await fair.harness.deliver(
        accepted("a", points=700), accepted("b", points=600), accepted("c", points=100, province="01")
    )
    await fair.close()
    await fair.solve()
    await fair.explain()
    return fair


async def release(fair: Fair) -> None:
    await fair.harness.run(release_run, (await fair.runs())[-1].run_id, PAPER_OF_RELEASE)


async def read(fair: Fair, name: str, role: Role, expected: int = 200, **claims: Any) -> dict[str, Any]:
    async with fair.harness.client(role, **claims) as client:
        answer = await client.get(f"/allocation/applications/{id_of(name)}/explanation")
    assert answer.status_code == expected, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_vendor_reads_why_it_was_refused_and_what_would_have_helped_once_the_run_is_released(solved: Fair):
    refused = await read(solved, "b", Role.VENDOR, 409, vendor_id=vendor_of("b"))
    assert refused["code"] == "allocation_not_released"
    await release(solved)
    told = await read(solved, "b", Role.VENDOR, vendor_id=vendor_of("b"))
    assert not told["is_placed"]
    first, _, third = told["reasons"]
    assert first["vi"] == "Chỉ tiêu của tỉnh Vĩnh Phúc đã đủ: 1/1 gian đã xếp, hồ sơ cần 1 gian."
    assert "Vinh Phuc province is full" in first["en"]
    assert "HTX a" in third["vi"]
    assert "700" in third["vi"]
    codes = [each["code"] for each in told["changes"]]
    assert codes[0] == "points_lacking"
    assert "{" not in str([(each["vi"], each["en"]) for each in (*told["reasons"], *told["changes"])])


async def test_a_vendor_reads_no_other_vendors_explanation(solved: Fair):
    await release(solved)
    told = await read(solved, "b", Role.VENDOR, 403, vendor_id=vendor_of("a"))
    assert told["code"] == "application_of_another"
    await read(solved, "b", Role.VENDOR, 403)


async def test_a_province_reads_those_of_its_own_applications_and_staff_reads_all(solved: Fair):
    await release(solved)
    assert (await read(solved, "a", Role.PROVINCE, province_code="26"))["is_placed"]
    await read(solved, "a", Role.PROVINCE, 403, province_code="01")
    await read(solved, "c", Role.AUDITOR)
    await read(solved, "nobody", Role.ORGANISER, 404)


async def test_the_organiser_lists_the_explanations_of_a_run_before_its_release(solved: Fair):
    run_id = (await solved.runs())[-1].run_id
    async with solved.harness.client(Role.ORGANISER) as client:
        first = (await client.get(f"/allocation/runs/{run_id}/explanations", params={"limit": 2})).json()
        rest = (
            await client.get(f"/allocation/runs/{run_id}/explanations", params={"cursor": first["next_cursor"]})
        ).json()
    assert {each["trade_name"] for each in (*first["items"], *rest["items"])} == {"HTX a", "HTX b", "HTX c"}
    assert all(each["reasons"] for each in first["items"])


async def test_a_run_rests_only_when_it_is_explained(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    await fair.solve()
    assert await fair.harness.run(count_open) == 1
    await fair.explain()
    assert await fair.harness.run(count_open) == 0


async def test_a_run_that_cannot_be_explained_stays_without_and_the_next_goes_on(fair: Fair, settings: Settings):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.close()
    await fair.solve()
    hurried = settings.model_copy(update={"solver_seconds": 0.01})
    assert await worker.explain_next(fair.harness.service, hurried)
    assert not await worker.explain_next(fair.harness.service, hurried)
    assert await fair.harness.run(count_open) == 0
    with pytest.raises(SolverFailedError):
        await run_process("allocation.explanations.solver", {}, worker.ANSWERS, hurried)


async def test_reasons_that_need_more_memory_than_allowed_are_missed_in_words_and_the_run_can_still_be_released(
    fair: Fair, settings: Settings
):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=500 + number) for number, name in enumerate("abcdef")))
    await fair.close()
    run_id = (await fair.solve()).run_id
    as_solved = await swap_for_a_long_street(fair)
    assert await worker.explain_next(fair.harness.service, settings.model_copy(update={"solver_memory_mb": 32}))
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(update(RunRow).values(as_solved))
    await release(fair)
    async with fair.harness.client(Role.ORGANISER) as client:
        run = (await client.get(f"/allocation/runs/{run_id}")).json()
        told = (await client.get(f"/allocation/runs/{run_id}/explanations")).json()
    assert_told_of_memory(run["unexplained"]["vi"], run["unexplained"]["en"], 32)
    assert told["items"] == []
    for name in "af":
        refused = await read(fair, name, Role.VENDOR, 409, vendor_id=vendor_of(name))
        assert refused["code"] == "run_not_explained"
        assert refused["detail_vi"].endswith("đề nghị liên hệ ban tổ chức.")
    assert (await fair.place("f")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def swap_for_a_long_street(fair: Fair) -> dict[str, Any]:
    """Make the run one of 470 applications for 150 booths, more than what is loaded has room for; return what it was."""
    given = make_problem(150, 470)
    ones = [each for each in given.applicants if each.booths == 1]
    held = {each.application_id: (booth.booth_code,) for each, booth in zip(ones, given.booths, strict=False)}
    origin = {"merits": {}, "stars": None, "lapsed_on": None}
    async with fair.harness.unit_of_work() as uow:
        run = (await uow.session.scalars(select(RunRow))).one()
        before = {"input": run.input, "result": run.result, "facts": run.facts}
        facts = {**(run.facts or {}), "applicants": {each.application_id: origin for each in given.applicants}}
        large = {"input": runs.INPUTS.dump_python(given, mode="json"), "facts": facts}
        large["result"] = runs.RESULTS.dump_python(RunResult("feasible", (), held), mode="json")
        await uow.session.execute(update(RunRow).values(large))
    return before


async def test_an_infeasible_run_has_nothing_to_explain(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.close()
    run = await fair.harness.run(claim_run)
    assert run is not None
    await fair.harness.run(complete_run, run.run_id, RunResult("infeasible", (), {}))
    assert await fair.harness.run(count_open) == 0
