"""A new certificate of an accepted application: entered by the desk or the vendor, judged at once, told once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
from tests.registration.conftest import PAPER, World, a_product, a_row, errors_of

from common.contracts.registration import ApplicationAccepted, ApplicationSubmitted
from common.tokens import Role
from registration.lapses.handlers import check_due_certificates

Json = dict[str, Any]
OLD = {"number": "HG-007", "issued_on": "2017-09-01"}
NEW = {"number": "HG-115", "issued_on": "2020-07-01"}
HONEY = "Mật ong"
DATES = {"from": "2020-10-09", "to": "2020-10-12"}


async def reschedule(fair: World, **new: str) -> None:
    body = {
        "new": {**DATES, **new},
        "reason_code": "covid_19",
        "legal_document": {**PAPER, "type": "CV", "number": "4101", "notation": "UBND-KT"},
    }
    answer = await fair.act("rescheduling", body)
    assert answer.is_success, answer.text


async def renew(
    fair: World, application: Json, *places: int, role: Role = Role.ORGANISER, **changes: Any
) -> httpx.Response:
    """Enter the new certificate of products, by their places."""
    ids = application["product_ids"]
    products = [{"product_id": ids[place], "certificate": NEW, **changes} for place in places or (0,)]
    claims = {"vendor_id": application["vendor_id"]} if role is Role.VENDOR else {}
    path = f"/applications/{application['application_id']}/renewals"
    return await fair.call("POST", path, role, {"products": products, "note": "Bản mới"}, **claims)


async def renewed(fair: World, application: Json, *places: int, **changes: Any) -> Json:
    answer = await renew(fair, application, *places, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def tasks(fair: World, **query: str) -> list[Json]:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    path = f"/editions/{fair.edition_id}/review-tasks?{words}"
    return (await fair.call("GET", path, Role.REVIEWER)).json()


async def told(fair: World) -> list[ApplicationAccepted]:
    return await fair.harness.emitted(ApplicationAccepted)


async def test_a_new_certificate_brings_the_stars_and_the_points_back_and_is_told_once(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await reschedule(fair)
    first, lapsed = await told(fair)
    view = await renewed(fair, application)
    assert (view["state"], view["revision"]) == ("accepted", 2)
    *_, again = await told(fair)
    assert (lapsed.priority.points, again.priority.points) == (0, first.priority.points)
    [product] = again.products
    assert (product.stars, product.certificate_valid_to, again.lapsed) == (4, date(2023, 6, 30), ())
    assert (again.renewed, again.reply_by_at) == ((product,), None)
    assert len(await fair.harness.emitted(ApplicationSubmitted)) == 1
    assert (await renewed(fair, application))["revision"] == 2
    assert len(await told(fair)) == 3


async def test_the_task_is_done_with_what_was_found(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await reschedule(fair)
    assert [one["kind"] for one in await tasks(fair)] == ["nothing_eligible_left"]
    await renewed(fair, application)
    assert await tasks(fair) == []
    [done] = await tasks(fair, with_done="true")
    assert done["done_by"]
    assert done["note"] == "Sản phẩm hợp lệ / Eligible: Chè Shan tuyết (4★, 30/06/2023)"


async def test_old_and_new_value_are_kept_with_who_and_why(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await renewed(fair, application)
    path = f"/applications/{application['application_id']}/amendments"
    kept = (await fair.call("GET", path, Role.ORGANISER)).json()
    assert [(one["field"], one["old_value"], one["new_value"]) for one in kept] == [
        ("products[Chè Shan tuyết].certificate.issued_on", OLD["issued_on"], NEW["issued_on"]),
        ("products[Chè Shan tuyết].certificate.number", OLD["number"], NEW["number"]),
    ]
    assert {(one["by"], one["reason"], one["note"]) for one in kept} == {
        ("organiser", "certificate_renewed", "Bản mới"),
    }


async def test_a_certificate_renewed_before_the_lapse_is_told_with_its_last_day_and_new_dates_find_nothing(
    fair: World,
) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await renewed(fair, application)
    assert [one.products[0].certificate_valid_to for one in await told(fair)] == [date(2020, 8, 31), date(2023, 6, 30)]
    await reschedule(fair)
    assert len(await told(fair)) == 2
    assert await tasks(fair) == []


async def test_of_two_lapsed_products_the_one_without_a_new_certificate_stays_a_task(fair: World) -> None:
    two = [a_product(certificate=OLD), a_product(name=HONEY, product_group="food", certificate=OLD)]
    application = await fair.accepted(a_row(products=two))
    await reschedule(fair)
    await renewed(fair, application, 1)
    *_, again = await told(fair)
    assert ([one.name for one in again.products], [one.name for one in again.renewed]) == ([HONEY], [HONEY])
    [task] = await tasks(fair)
    assert (task["kind"], task["data"]["products"]) == ("certificate_lapsed", "Chè Shan tuyết")
    await renewed(fair, application, 0)
    assert await tasks(fair) == []


async def test_what_lapsed_meanwhile_and_nobody_was_told_of_is_told_with_it(fair: World) -> None:
    two = [a_product(), a_product(name=HONEY, product_group="food")]
    application = await fair.accepted(a_row(products=two))
    recall = {"revoked_on": "2020-08-21", "paper": "Quyết định 812/QĐ-UBND"}
    await fair.ok("PUT", f"/products/{application['product_ids'][1]}/recall", Role.REVIEWER, recall)
    await renewed(fair, application)
    *_, again = await told(fair)
    assert ([one.name for one in again.renewed], [one.name for one in again.lapsed]) == (["Chè Shan tuyết"], [HONEY])
    assert [one["data"]["products"] for one in await tasks(fair)] == [HONEY]
    assert (await fair.act("closing")).is_success
    await fair.harness.run(check_due_certificates, 10)
    assert len(await told(fair)) == 2


async def test_stars_are_those_of_the_new_decision_and_fewer_are_told_as_a_loss(fair: World) -> None:
    application = await fair.accepted()
    assert errors_of(await renew(fair, application, stars=3)) == {"products[0].decision": "missing"}
    decision = {"number": "77", "notation": "QĐ-UBND", "issued_on": "2020-07-01", "level": "province"}
    await renewed(fair, application, stars=3, decision=decision)
    first, again = await told(fair)
    assert [one.stars for one in again.products] == [3]
    assert first.products[0].stars == 4
    assert [(one.stars, one.certificate_valid_to) for one in again.lapsed] == [(4, date(2022, 11, 10))]
    assert again.renewed == ()


async def test_what_is_wrong_is_named_by_field_and_nothing_is_kept(fair: World) -> None:
    application = await fair.accepted(
        a_row(products=[a_product(), a_product(name=HONEY, stars=0, decision=None, certificate=None)])
    )
    stranger = {**application, "product_ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
    late, short = "2020-07-30", {"number": "HG-115", "issued_on": "2017-08-01"}
    nothing = {"number": "", "issued_on": NEW["issued_on"]}
    for answer, problem in [
        (await renew(fair, stranger), {"products[0].product_id": "unknown_product"}),
        (await renew(fair, application, 1), {"products[0].product_id": "no_certificate"}),
        (await renew(fair, application, 0, 0), {"products[1].product_id": "product_twice"}),
        (await renew(fair, application, certificate=nothing), {"products[0].certificate.number": "missing"}),
        (
            await renew(fair, application, certificate={**NEW, "issued_on": late}),
            {"products[0].certificate.issued_on": "in_the_future"},
        ),
        (
            await renew(fair, application, certificate=short),
            {"products[0].certificate.issued_on": "certificate_expired"},
        ),
    ]:
        assert answer.status_code == 422, answer.text
        assert errors_of(answer) == problem
    empty = await fair.call(
        "POST", f"/applications/{application['application_id']}/renewals", Role.ORGANISER, {"products": []}
    )
    assert errors_of(empty) == {"products": "missing"}
    assert len(await told(fair)) == 1


async def test_an_application_that_is_not_accepted_is_left_to_the_other_ways(fair: World) -> None:
    application = await fair.submitted()
    answer = await renew(fair, application)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_renewable")


async def test_after_the_fair_no_certificate_is_renewed(fair: World) -> None:
    application = await fair.accepted()
    for act in ("closing", "publication", "readiness"):
        assert (await fair.act(act)).is_success
    fair.harness.clock.set(datetime(2020, 8, 20, 2, tzinfo=UTC))
    assert (await fair.act("start")).is_success
    await renewed(fair, application)
    fair.harness.clock.set(datetime(2020, 8, 24, 14, tzinfo=UTC))
    assert (await fair.act("end")).is_success
    answer = await renew(fair, application, certificate={**NEW, "number": "HG-116"})
    assert (answer.status_code, answer.json()["code"]) == (409, "edition_over")


async def test_a_vendor_needs_the_file_and_only_its_own_application_is_open_to_it(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    refused = await renew(fair, application, role=Role.VENDOR)
    assert errors_of(refused) == {"products[0].certificate.number": "paper_missing"}
    other = {**application, "vendor_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
    assert (await renew(fair, other, role=Role.VENDOR)).status_code == 403


async def test_a_reviewer_of_the_vendors_own_province_enters_nothing(fair: World) -> None:
    application = await fair.accepted()
    path = f"/applications/{application['application_id']}/renewals"
    body = {"products": [{"product_id": application["product_ids"][0], "certificate": NEW}]}
    own = await fair.call("POST", path, Role.REVIEWER, body, province_code="02", agency_code="hg.snn")
    assert (own.status_code, own.json()["code"], len(await told(fair))) == (403, "forbidden", 1)
    assert (await renew(fair, application, role=Role.REVIEWER)).status_code == 201


async def test_the_same_entered_by_two_at_once_is_told_once(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    answers = await asyncio.gather(*(renew(fair, application) for _ in range(4)))
    assert {one.status_code for one in answers} == {201}
    assert len(await told(fair)) == 2


async def test_a_certificate_that_lapses_again_is_a_task_again(fair: World) -> None:
    """Renewed, moved beyond its new life, and renewed once more."""
    product = a_product(certificate=OLD, **{"class": "speciality"})
    application = await fair.accepted(a_row(products=[product]))
    await reschedule(fair)
    await renewed(fair, application, certificate={"number": "HG-100", "issued_on": "2017-11-01"})
    assert await tasks(fair) == []
    await reschedule(fair, **{"from": "2020-12-01", "to": "2020-12-04"})
    [task] = await tasks(fair)
    assert (task["kind"], task["done_by"]) == ("certificate_lapsed", None)
    await renewed(fair, application)
    assert await tasks(fair) == []
    assert [len(one.lapsed) for one in await told(fair)] == [0, 1, 0, 1, 0]


async def test_the_day_to_decide_by_moves_with_another_rescheduling_and_is_told(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await reschedule(fair)
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(days=3))
    await reschedule(fair, **{"from": "2020-11-09", "to": "2020-11-12"})
    _, before, after = await told(fair)
    assert before.reply_by_at is not None
    assert after.reply_by_at is not None
    assert after.reply_by_at > before.reply_by_at
    assert ([one.name for one in after.lapsed], after.priority.points) == (["Chè Shan tuyết"], 0)
    [task] = await tasks(fair)
    assert datetime.fromisoformat(task["data"]["decide_by"]) == after.reply_by_at
    assert task["application_id"] == application["application_id"]


async def test_a_product_that_holds_again_on_other_dates_is_told_again_and_its_task_is_done(fair: World) -> None:
    await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await reschedule(fair)
    await reschedule(fair, **{"from": "2020-08-20", "to": "2020-08-24"})
    first, _, again = await told(fair)
    assert (again.priority.points, again.products, again.lapsed) == (first.priority.points, first.products, ())
    assert [one.name for one in again.renewed] == ["Chè Shan tuyết"]
    assert await tasks(fair) == []
    await reschedule(fair, **{"from": "2020-08-21", "to": "2020-08-25"})
    assert len(await told(fair)) == 3
