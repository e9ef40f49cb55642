"""Certificates that are recalled after the acceptance: found before the allocation and on each fair day, told, and a task."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.registration.applications.test_api import open_next_edition
from tests.registration.conftest import World, a_product, a_row

from common.contracts.registration import ApplicationAccepted, ApplicationRevoked
from common.tokens import Role
from registration.lapses.handlers import check_due_certificates

Json = dict[str, Any]
FAIR_DAY = datetime(2020, 8, 21, 2, tzinfo=UTC)


async def recall(fair: World, application: Json, place: int = 0, on: str = "2020-08-21") -> None:
    body = {"revoked_on": on, "paper": "Quyết định 812/QĐ-UBND"}
    await fair.ok("PUT", f"/products/{application['product_ids'][place]}/recall", Role.REVIEWER, body)


async def check(fair: World) -> Json:
    return await fair.ok("POST", f"/editions/{fair.edition_id}/certificate-checks", Role.ORGANISER)


async def tasks(fair: World) -> list[Json]:
    return (await fair.call("GET", f"/editions/{fair.edition_id}/review-tasks", Role.REVIEWER)).json()


async def test_while_nothing_has_lapsed_nothing_is_told(fair: World) -> None:
    await fair.accepted()
    assert await check(fair) == {"checked": 1, "lapsed": [], "revoked": []}
    assert len(await fair.harness.emitted(ApplicationAccepted)) == 1
    assert await tasks(fair) == []


async def test_a_vendor_without_any_product_left_is_revoked_with_the_reason(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    assert (await check(fair))["revoked"] == [application["application_id"]]
    [told] = await fair.harness.emitted(ApplicationRevoked)
    assert [reason.code for reason in told.reasons] == ["certificate_revoked", "no_product"]
    [task] = await tasks(fair)
    assert (task["kind"], task["data"]["products"]) == ("certificate_lapsed", "Chè Shan tuyết")
    assert await check(fair) == {"checked": 0, "lapsed": [], "revoked": []}


async def test_a_vendor_with_products_left_is_told_again_with_those_once(fair: World) -> None:
    two = [a_product(), a_product(name="Mật ong", product_group="food")]
    application = await fair.accepted(a_row(products=two))
    await recall(fair, application, place=1)
    assert (await check(fair))["lapsed"] == [application["application_id"]]
    told = await fair.harness.emitted(ApplicationAccepted)
    assert [[product.name for product in one.products] for one in told] == [
        ["Chè Shan tuyết", "Mật ong"],
        ["Chè Shan tuyết"],
    ]
    assert [[product.name for product in one.lapsed] for one in told] == [[], ["Mật ong"]]
    assert (await check(fair))["lapsed"] == []
    assert len(await tasks(fair)) == 1


async def test_a_certificate_issued_after_the_recall_is_another_one(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application, on="2019-01-01")
    assert (await check(fair))["lapsed"] == []


async def test_a_recall_told_again_for_a_day_after_the_fair_does_not_take_the_first_back(fair: World) -> None:
    application = await fair.accepted()
    await recall(fair, application)
    await recall(fair, application, on="2020-08-30")
    assert (await check(fair))["revoked"] == [application["application_id"]]


async def test_each_fair_day_is_looked_at_once_by_itself(fair: World) -> None:
    application = await fair.accepted()
    assert (await fair.act("closing")).is_success
    assert await fair.harness.run(check_due_certificates, 10) == 1
    assert await fair.harness.run(check_due_certificates, 10) == 0
    await recall(fair, application)
    for act in ("publication", "readiness"):
        assert (await fair.act(act)).is_success
    fair.harness.clock.set(FAIR_DAY)
    assert (await fair.act("start")).is_success
    assert await fair.harness.run(check_due_certificates, 10) == 1
    assert len(await fair.harness.emitted(ApplicationRevoked)) == 1


async def test_where_places_go_by_arrival_certificates_are_looked_at_while_registration_is_open(fair: World) -> None:
    await fair.accepted()
    assert await fair.harness.run(check_due_certificates, 10) == 0
    await open_next_edition(fair, allocation_policy="first_come")
    application = await fair.accepted(a_row(2))
    assert await fair.harness.run(check_due_certificates, 10) == 1
    await recall(fair, application)
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(days=1))
    assert await fair.harness.run(check_due_certificates, 10) == 1
    [gone] = await fair.harness.emitted(ApplicationRevoked)
    assert str(gone.application_id) == application["application_id"]


async def test_a_task_is_done_once_with_a_note(fair: World) -> None:
    await recall(fair, await fair.accepted())
    await check(fair)
    [task] = await tasks(fair)
    path = f"/review-tasks/{task['task_id']}/completion"
    done = await fair.ok("POST", path, Role.REVIEWER, {"note": "Đã báo tỉnh"}, subject="lan")
    assert (done["done_by"], done["note"]) == ("lan", "Đã báo tỉnh")
    assert (await fair.call("POST", path, Role.REVIEWER, {"note": "Lần nữa"})).json()["code"] == "task_done"
    assert await tasks(fair) == []
