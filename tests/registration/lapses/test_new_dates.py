"""Certificates that hold for the old dates of an edition and not for its new ones: told before the dates are, and a task."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from tests.registration.conftest import OPEN, PAPER, PAPERS, World, a_product, a_row

from common.contracts.registration import ApplicationAccepted, ApplicationRevoked, EditionRescheduled
from common.tokens import Role
from registration.lapses.handlers import check_due_certificates

Json = dict[str, Any]
RESCHEDULED = {
    "new": {"from": "2020-10-09", "to": "2020-10-12"},
    "reason_code": "covid_19",
    "legal_document": {**PAPER, "type": "CV", "number": "4101", "notation": "UBND-KT"},
}
OLD = {"number": "HG-007", "issued_on": "2017-09-01"}


async def tasks(fair: World) -> list[Json]:
    return (await fair.call("GET", f"/editions/{fair.edition_id}/review-tasks", Role.REVIEWER)).json()


async def reschedule(fair: World) -> None:
    answer = await fair.act("rescheduling", RESCHEDULED)
    assert answer.is_success, answer.text


async def occasions(fair: World, application: Json) -> list[tuple[str, str | None]]:
    path = f"/registration/applications/{application['application_id']}/evaluations"
    async with fair.harness.client(Role.REVIEWER) as client:
        kept = (await client.get(path)).json()
    return [(one["occasion"], one["tier"]) for one in kept]


async def test_a_lapse_before_new_dates_lets_the_class_fall_keeps_the_acceptance_and_is_told(fair: World) -> None:
    product = a_product(certificate=OLD, **{"class": "speciality"})
    application = await fair.accepted(a_row(products=[product]))
    await reschedule(fair)
    view = await fair.ok("GET", f"/applications/{application['application_id']}", Role.ORGANISER)
    assert view["state"] == "accepted"
    first, again = await fair.harness.emitted(ApplicationAccepted)
    assert (first.priority.points, first.lapsed, again.reply_by_at) == (479, (), None)
    assert (again.priority.points, [one.stars for one in again.products]) == (279, [0])
    [lapsed] = again.lapsed
    assert (lapsed.name, lapsed.stars, lapsed.certificate_valid_to) == ("Chè Shan tuyết", 4, date(2020, 8, 31))
    assert await occasions(fair, application) == [
        ("submission", "tier_4"),
        ("decision", "tier_4"),
        ("recheck", "tier_6"),
    ]
    [task] = await tasks(fair)
    assert (task["kind"], task["data"]["products"]) == ("certificate_lapsed", "Chè Shan tuyết")


async def test_a_lapse_is_told_before_the_new_dates_so_that_nobody_is_placed_on_points_of_before(fair: World) -> None:
    await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await reschedule(fair)
    told = [type(one) for one in await fair.harness.emitted()]
    assert told.index(EditionRescheduled) == len(told) - 1
    assert told.count(ApplicationAccepted) == 2


async def test_without_any_product_left_the_acceptance_stands_without_points_and_a_person_decides(fair: World) -> None:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    await reschedule(fair)
    again = (await fair.harness.emitted(ApplicationAccepted))[-1]
    assert (again.priority.points, again.products, len(again.lapsed)) == (0, (), 1)
    assert again.reply_by_at == OPEN + timedelta(days=7)  # five working days
    assert await fair.harness.emitted(ApplicationRevoked) == []
    [task] = await tasks(fair)
    assert (task["application_id"], task["kind"]) == (application["application_id"], "nothing_eligible_left")
    assert datetime.fromisoformat(task["data"]["decide_by"]) == again.reply_by_at
    assert task["vi"]
    assert task["en"]


async def test_what_still_holds_on_the_new_dates_is_neither_told_nor_a_task(fair: World) -> None:
    application = await fair.accepted()
    await reschedule(fair)
    assert len(await fair.harness.emitted(ApplicationAccepted)) == 1
    assert await tasks(fair) == []
    assert [occasion for occasion, _ in await occasions(fair, application)] == ["submission", "decision", "reschedule"]


async def test_a_lapse_by_new_dates_is_not_found_again_by_the_look_of_each_day(fair: World) -> None:
    await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    assert (await fair.act("closing")).is_success
    await reschedule(fair)
    assert await fair.harness.run(check_due_certificates, 10) == 1
    assert len(await fair.harness.emitted(ApplicationAccepted)) == 2
    assert len(await tasks(fair)) == 1


async def test_mandatory_papers_that_lapse_by_new_dates_are_a_task_until_the_dates_let_them_hold(fair: World) -> None:
    papers = [{"kind": kind} for kind in PAPERS if kind != "food_safety_certificate"]
    papers.append({"kind": "food_safety_certificate", "expires_on": "2020-10-01"})
    application = await fair.accepted(a_row(documents=papers))
    await reschedule(fair)
    [task] = await tasks(fair)
    assert (task["application_id"], task["kind"]) == (application["application_id"], "paper_lapsed")
    assert (task["data"]["codes"], "(01/10/2020)" in task["data"]["papers"]) == ("R09", True)
    assert datetime.fromisoformat(task["data"]["decide_by"]) == OPEN + timedelta(days=7)
    _, told = await fair.harness.emitted(ApplicationAccepted)
    assert (len(told.products), told.lapsed, told.reply_by_at) == (1, (), OPEN + timedelta(days=7))
    [reason] = told.lapsing_papers
    assert (reason.code, "lapses on 01/10/2020" in (reason.text.en or "")) == ("food_safety_missing", True)
    assert [type(one) for one in await fair.harness.emitted()][-1] is EditionRescheduled
    again = {**RESCHEDULED, "new": {"from": "2020-10-10", "to": "2020-10-13"}}
    assert (await fair.act("rescheduling", again)).is_success
    assert [one["task_id"] for one in await tasks(fair)] == [task["task_id"]]
    assert len(await fair.harness.emitted(ApplicationAccepted)) == 2
    sooner = {**RESCHEDULED, "new": {"from": "2020-09-09", "to": "2020-09-12"}}
    assert (await fair.act("rescheduling", sooner)).is_success
    assert await tasks(fair) == []
    await reschedule(fair)
    assert len(await tasks(fair)) == 1


async def test_what_new_dates_changed_before_lapses_were_told_is_found_by_the_next_look(fair: World) -> None:
    """An older version kept the evaluation of new dates and told nobody."""
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD, **{"class": "speciality"})]))
    await reschedule(fair)
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE evaluations SET occasion = 'reschedule' WHERE occasion = 'recheck'"))
    found = await fair.ok("POST", f"/editions/{fair.edition_id}/certificate-checks", Role.ORGANISER)
    assert found["lapsed"] == [application["application_id"]]
