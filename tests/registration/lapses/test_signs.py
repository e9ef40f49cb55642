"""Who takes the stars off a sign, where two end an acceptance on a fair day, and once it is decided on again."""

import pytest
from sqlalchemy import text
from tests.registration.conftest import World, a_product, a_row
from tests.registration.lapses.test_api import FAIR_DAY, check, recall, tasks
from tests.registration.recall_corrections.test_api import ask_for_two, state_of, take_back
from tests.registration.releases.test_api import answer, preview, propose, release
from tests.registration.releases.test_revocations import propose as propose_end

from common.contracts.registration import ApplicationAccepted
from common.tokens import Role

OTHER = "01a22ca0-0000-7000-8000-000000000000"
TWO = [a_product(), a_product(name="Mật ong", product_group="food")]


async def begin_fair(fair: World) -> None:
    for act in ("closing", "publication", "readiness"):
        assert (await fair.act(act)).is_success, act
    fair.harness.clock.set(FAIR_DAY)
    assert (await fair.act("start")).is_success


async def told(fair: World) -> list[tuple[str, str]]:
    return sorted((one["kind"], one["data"]["products"]) for one in await tasks(fair))


async def release_all(fair: World) -> None:
    for one in (await preview(fair))["waiting"]:
        assert (await answer(fair, one["decision"], "minh")).is_success
    assert (await release(fair, (await preview(fair))["digest"])).is_success


async def test_an_end_by_two_on_a_fair_day_leaves_one_task_about_the_whole_sign(fair: World) -> None:
    application = await fair.accepted(a_row(products=TWO))
    await ask_for_two(fair)
    await begin_fair(fair)
    await recall(fair, application, place=1)
    await check(fair)
    assert await told(fair) == [("certificate_lapsed", "Mật ong")]
    await recall(fair, application)
    await check(fair)
    assert await told(fair) == [("certificate_lapsed", "Mật ong"), ("nothing_eligible_left", "Chè Shan tuyết")]
    await release_all(fair)
    assert await state_of(fair, application) == "revoked"
    [task] = await tasks(fair)
    assert (task["kind"], sorted(task["data"]["products"].split("; "))) == (
        "certificate_lapsed",
        ["Chè Shan tuyết", "Mật ong"],
    )
    done = await fair.call("GET", f"/editions/{fair.edition_id}/review-tasks?with_done=true", Role.REVIEWER)
    notes = {one["data"]["products"]: one["note"] for one in done.json() if one["done_at"]}
    assert "Taken into a later task" in notes["Mật ong"]


@pytest.mark.parametrize("asks_for_two", [True, False])
async def test_an_end_before_the_days_look_finds_the_recall_leaves_the_task_too(
    fair: World, *, asks_for_two: bool
) -> None:
    application = await fair.accepted(a_row(products=TWO))
    if asks_for_two:
        await ask_for_two(fair)
    await begin_fair(fair)
    await recall(fair, application, place=1)
    await check(fair)
    await recall(fair, application)
    body = {"reason_codes": ["certificate_revoked"]}
    if asks_for_two:
        assert (await propose_end(fair, application, "certificate_revoked")).is_success
        await release_all(fair)
    else:
        assert (await fair.tell(application, "revocation", Role.ORGANISER, body)).is_success
    assert await state_of(fair, application) == "revoked"
    [task] = await tasks(fair)
    named = sorted(task["data"]["products"].split("; "))
    assert (task["kind"], named) == ("certificate_lapsed", ["Chè Shan tuyết", "Mật ong"])


async def test_a_product_that_the_dossier_shows_no_more_is_on_no_sign(fair: World) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    await begin_fair(fair)
    await recall(fair, application)
    await check(fair)
    async with fair.harness.unit_of_work() as uow:  # as of a product that was replaced before the acceptance
        await uow.session.execute(
            text(
                "INSERT INTO review_tasks SELECT (r).* FROM (SELECT jsonb_populate_record(t, CAST(:other AS jsonb)) r FROM review_tasks t) o"
            ),
            {"other": f'{{"task_id": "{OTHER}", "subject": "{OTHER}", "done_at": "2020-07-10T02:00:00Z"}}'},
        )
    await release_all(fair)
    assert await told(fair) == [("certificate_lapsed", "Chè Shan tuyết")]


async def test_the_sign_is_a_task_also_where_a_person_did_the_one_to_decide(fair: World) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    await begin_fair(fair)
    await recall(fair, application)
    await check(fair)
    [task] = await tasks(fair)
    await fair.ok("POST", f"/review-tasks/{task['task_id']}/completion", Role.REVIEWER, {"note": "Đã đồng ý hủy"})
    await release_all(fair)
    assert await told(fair) == [("certificate_lapsed", "Chè Shan tuyết")]


async def test_before_the_fair_there_is_no_sign_yet(fair: World) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    await recall(fair, application)
    await check(fair)
    await release_all(fair)
    assert await state_of(fair, application) == "revoked"
    assert await tasks(fair) == []


async def test_who_is_reviewed_again_keeps_its_stars_and_its_release_ends_the_task(fair: World) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    await begin_fair(fair)
    await recall(fair, application)
    await check(fair)
    await release_all(fair)
    assert await told(fair) == [("certificate_lapsed", "Chè Shan tuyết")]
    assert (await take_back(fair, application)).json()["reopened"] == [application["application_id"]]
    assert [one["kind"] for one in await tasks(fair)] == ["recall_undone"]
    assert (await propose(fair, application, "accept")).is_success
    await release_all(fair)
    assert await state_of(fair, application) == "accepted"
    assert await tasks(fair) == []
    assert isinstance((await fair.harness.emitted())[-1], ApplicationAccepted)
