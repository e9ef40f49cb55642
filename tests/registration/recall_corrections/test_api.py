"""A recall entered by mistake: taken back with a reason, by another where two are asked for, and undone or decided anew."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.registration.conftest import World, a_product, a_row
from tests.registration.lapses.test_api import check, recall, tasks
from tests.registration.releases.test_api import answer, preview, release
from tests.registration.releases.test_revocations import propose

from common.contracts.registration import ApplicationAccepted, ApplicationRevoked
from common.tokens import Role
from registration.recall_corrections import repository
from registration.recall_corrections.repository import Concerned, list_concerned

Json = dict[str, Any]
WHY = "Quyết định 812 nêu sản phẩm của chủ thể khác"
TWO = [a_product(), a_product(name="Mật ong", product_group="food")]
TELLING = (ApplicationAccepted, ApplicationRevoked)


async def take_back(fair: World, application: Json, place: int = 0, subject: str = "minh", **claims: Any) -> Any:
    path = f"/products/{application['product_ids'][place]}/recall-corrections"
    body = {"revoked_on": "2020-08-21", "reason": WHY}
    return await fair.call("POST", path, Role.REVIEWER, body, subject=subject, **claims)


async def ask_for_two(fair: World) -> None:
    policy = {"second_person": True, "released_together": False}
    await fair.ok("PUT", f"/editions/{fair.edition_id}/review-policy", Role.ORGANISER, policy)


async def state_of(fair: World, application: Json) -> str:
    return (await fair.ok("GET", f"/applications/{application['application_id']}", Role.REVIEWER))["state"]


async def test_what_lapsed_by_it_counts_again_is_told_and_its_task_is_done(fair: World) -> None:
    application = await fair.accepted(a_row(products=TWO))
    await recall(fair, application, place=1)
    await check(fair)
    done = (await take_back(fair, application, place=1)).json()
    assert (done["told"], done["reopened"]) == ([application["application_id"]], [])
    _, lapsed, again = await fair.harness.emitted(ApplicationAccepted)
    assert (len(lapsed.products), len(again.products)) == (1, 2)
    assert [one.name for one in again.renewed] == ["Mật ong"]
    assert await tasks(fair) == []
    assert (await check(fair))["lapsed"] == []


async def test_what_another_recall_took_meanwhile_is_a_task_as_it_is_told_with_it(fair: World) -> None:
    application = await fair.accepted(a_row(products=TWO))
    await recall(fair, application, place=0)
    await check(fair)
    await recall(fair, application, place=1)
    assert (await take_back(fair, application, place=0)).json()["told"] == [application["application_id"]]
    again = (await fair.harness.emitted(ApplicationAccepted))[-1]
    assert ([one.name for one in again.renewed], [one.name for one in again.lapsed]) == (
        ["Chè Shan tuyết"],
        ["Mật ong"],
    )
    [task] = await tasks(fair)
    assert (task["kind"], task["data"]["products"]) == ("certificate_lapsed", "Mật ong")


async def test_one_that_nobody_was_told_of_yet_is_taken_back_without_a_word(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    assert (await take_back(fair, application)).json()["told"] == []
    assert await check(fair) == {"checked": 1, "lapsed": [], "revoked": []}
    assert len(await fair.harness.emitted(*TELLING)) == 1


async def test_an_acceptance_that_ended_by_it_is_reviewed_again_and_a_person_decides(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    await check(fair)
    assert await state_of(fair, application) == "revoked"
    refused = await fair.decide(application, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "application_state")
    done = (await take_back(fair, application)).json()
    assert (done["told"], done["reopened"]) == ([], [application["application_id"]])
    assert await state_of(fair, application) == "under_review"
    [task] = [one for one in await tasks(fair) if one["kind"] == "recall_undone"]
    assert (task["application_id"], task["data"]["reason"]) == (application["application_id"], WHY)
    assert task["vi"]
    assert task["en"]
    assert (await fair.decide(application, "accept")).is_success
    assert "recall_undone" not in [one["kind"] for one in await tasks(fair)]
    told = await fair.harness.emitted(*TELLING)
    assert [type(one) for one in told] == [ApplicationAccepted, ApplicationRevoked, ApplicationAccepted]


@pytest.mark.parametrize(
    "codes",
    [
        ["violation"],
        ["certificate_revoked", "violation"],
        ["certificate_revoked", "false_declaration"],
        ["certificate_revoked", "organiser_decision"],
    ],
)
async def test_one_taken_back_for_something_else_too_stays_so(fair: World, codes: list[str]) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    body = {"reason_codes": codes}
    assert (await fair.tell(application, "revocation", Role.ORGANISER, body)).is_success
    assert (await take_back(fair, application)).json()["reopened"] == []
    seen = await fair.ok("GET", f"/applications/{application['application_id']}", Role.REVIEWER)
    assert (seen["state"], seen["reason_codes"]) == ("revoked", codes)


async def test_one_of_two_recalls_that_stands_keeps_the_acceptance_ended(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    await recall(fair, application, on="2020-08-22")
    await check(fair)
    assert (await take_back(fair, application)).json()["reopened"] == []
    assert await state_of(fair, application) == "revoked"


async def test_the_history_keeps_what_was_entered_and_who_took_it_back_and_why(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    await take_back(fair, application)
    await recall(fair, application, on="2020-08-22")
    path = f"/products/{application['product_ids'][0]}/recalls"
    mistake, right = (await fair.call("GET", path, Role.ORGANISER)).json()
    assert (mistake["revoked_on"], mistake["reason"], mistake["corrected_by"]) == ("2020-08-21", WHY, "minh")
    assert (right["revoked_on"], right["reason"], right["corrected_at"]) == ("2020-08-22", None, None)
    again = await take_back(fair, application)
    assert (again.status_code, again.json()["code"]) == (404, "not_found")


async def test_who_has_an_interest_takes_no_recall_back(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    assert (await take_back(fair, application, province_code="02")).status_code == 403
    assert (await take_back(fair, application, agency_code="hg.snn")).status_code == 403
    await check(fair)
    assert await state_of(fair, application) == "revoked"


async def test_who_entered_it_does_not_take_it_back_where_the_edition_asks_for_two(fair: World) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    body = {"revoked_on": "2020-08-21", "paper": "Quyết định 812/QĐ-UBND"}
    path = f"/products/{application['product_ids'][0]}/recall"
    await fair.ok("PUT", path, Role.REVIEWER, body, subject="lan")
    refused = await take_back(fair, application, subject="lan")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_needed")
    assert (await take_back(fair, application, subject="minh")).is_success


@pytest.mark.parametrize("is_taken_back", [True, False])
async def test_a_recall_ends_no_acceptance_by_one_person_where_the_edition_asks_for_two(
    fair: World, *, is_taken_back: bool
) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    body = {"revoked_on": "2020-08-21", "paper": "Quyết định 812/QĐ-UBND"}
    path = f"/products/{application['product_ids'][0]}/recall"
    await fair.ok("PUT", path, Role.REVIEWER, body, subject="lan")
    seen = await check(fair)
    assert (seen["lapsed"], seen["revoked"]) == ([application["application_id"]], [])
    told = (await fair.harness.emitted(*TELLING))[-1]
    assert isinstance(told, ApplicationAccepted)
    assert (told.products, len(told.lapsed), told.reply_by_at is not None) == ((), 1, True)
    [task] = await tasks(fair)
    assert task["kind"] == "nothing_eligible_left"
    [waiting] = (await preview(fair))["waiting"]
    decision = waiting["decision"]
    assert (decision["verdict"], decision["proposed_by"]) == ("revoke", "lan")
    assert (await answer(fair, decision, "lan")).json()["code"] == "second_person_needed"
    if is_taken_back:
        assert (await take_back(fair, application)).json()["told"] == [application["application_id"]]
        assert ((await preview(fair))["waiting"], await tasks(fair)) == ([], [])
        assert await state_of(fair, application) == "accepted"
        return
    assert (await answer(fair, decision, "minh")).is_success
    assert (await release(fair, (await preview(fair))["digest"])).is_success
    [gone] = await fair.harness.emitted(ApplicationRevoked)
    assert [one.code for one in gone.reasons] == ["certificate_revoked", "no_product"]


@pytest.mark.parametrize("is_reported", [False, True])
async def test_what_was_proposed_for_it_is_given_up_also_after_the_fair(fair: World, *, is_reported: bool) -> None:
    """Until the report an acceptance may be taken back: one whose ground was a mistake is not."""
    application = await fair.accepted()
    await ask_for_two(fair)
    path = f"/products/{application['product_ids'][0]}/recall"
    body = {"revoked_on": "2020-08-21", "paper": "Quyết định 812/QĐ-UBND"}
    await fair.ok("PUT", path, Role.REVIEWER, body, subject="lan")
    await check(fair)
    [waiting] = (await preview(fair))["waiting"]
    assert (await answer(fair, waiting["decision"], "ha")).is_success
    await hold(fair)
    if is_reported:
        async with fair.harness.unit_of_work() as uow:
            await uow.session.execute(text("UPDATE editions SET state = 'reported'"))
        assert (await take_back(fair, application)).json()["given_up"] == []
        assert await decisions_of(fair) == [("revoke", "agreed")]
        return
    ended = len(await fair.harness.emitted())
    own = await take_back(fair, application, subject="lan")
    assert (own.status_code, own.json()["code"]) == (409, "second_person_needed")
    seen = await preview(fair)
    done = (await take_back(fair, application)).json()
    assert (done["told"], done["reopened"], done["given_up"]) == ([], [], [application["application_id"]])
    assert (await preview(fair))["letters"] == []
    assert (await release(fair, seen["digest"])).json()["code"] == "edition_over"  # nothing is left to tell
    assert (await state_of(fair, application), len(await fair.harness.emitted())) == ("accepted", ended)


@pytest.mark.parametrize("is_held", [False, True])
async def test_what_a_person_proposed_for_it_before_any_look_is_given_up_too(fair: World, *, is_held: bool) -> None:
    """No look runs after the fair, and in a fair that is held one may run only tomorrow."""
    application = await fair.accepted()
    await ask_for_two(fair)
    if is_held:
        await hold(fair)
    await recall(fair, application)
    proposed = await propose(fair, application, "certificate_revoked")
    assert (await answer(fair, proposed.json(), "minh")).is_success
    told = len(await fair.harness.emitted())
    done = (await take_back(fair, application, subject="ha")).json()
    assert (done["told"], done["given_up"]) == ([], [application["application_id"]] if is_held else [])
    assert await decisions_of(fair) == [("revoke", "taken_back")]
    assert (await state_of(fair, application), len(await fair.harness.emitted())) == ("accepted", told)


async def test_what_was_proposed_for_another_recall_that_stands_is_not_given_up(fair: World) -> None:
    application = await fair.accepted()
    await ask_for_two(fair)
    await hold(fair)
    for on in ("2020-08-21", "2020-08-22"):
        await recall(fair, application, on=on)
    assert (await propose(fair, application, "certificate_revoked")).is_success
    assert (await take_back(fair, application, subject="ha")).json()["given_up"] == []
    assert await decisions_of(fair) == [("revoke", "proposed")]


async def decisions_of(fair: World) -> list[tuple[str, str]]:
    async with fair.harness.unit_of_work() as uow:
        rows = await uow.session.execute(text("SELECT verdict, state FROM review_decisions WHERE verdict = 'revoke'"))
        return [(verdict, state) for verdict, state in rows]


async def hold(fair: World) -> None:
    for act in ("closing", "publication", "readiness"):
        assert (await fair.act(act)).is_success
    fair.harness.clock.set(datetime(2020, 8, 20, 2, tzinfo=UTC))
    for act in ("start", "end"):
        assert (await fair.act(act)).is_success, act


@pytest.mark.parametrize("ends_meanwhile", [False, True])
async def test_what_is_over_is_not_undone(
    fair: World, monkeypatch: pytest.MonkeyPatch, *, ends_meanwhile: bool
) -> None:
    """Also where it ended after it was looked for and before it was held."""
    if ends_meanwhile:

        async def list_before(session: AsyncSession, product_id: UUID, _over: Collection[str]) -> list[Concerned]:
            return await list_concerned(session, product_id, ())

        monkeypatch.setattr(repository, "list_concerned", list_before)
    application = await fair.accepted()
    await recall(fair, application)
    await check(fair)
    await hold(fair)
    done = (await take_back(fair, application)).json()
    assert (done["told"], done["reopened"]) == ([], [])
