"""Certificates that hold for the old dates of an edition and not for its new ones: told before the dates are, and a task."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tests.registration.conftest import OPEN, PAPER, PAPERS, World, a_product, a_row
from tests.registration.lapses.test_api import check, recall
from tests.registration.releases.test_api import preview
from tests.registration.releases.test_revocations import set_policy

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


async def reschedule(fair: World, first: str = "2020-10-09", last: str = "2020-10-12") -> None:
    answer = await fair.act("rescheduling", {**RESCHEDULED, "new": {"from": first, "to": last}})
    assert answer.is_success, answer.text


def papers_until(expires_on: str) -> list[Json]:
    """Return all papers, one of which lapses on a day."""
    papers: list[Json] = [{"kind": kind} for kind in PAPERS if kind != "food_safety_certificate"]
    return [*papers, {"kind": "food_safety_certificate", "expires_on": expires_on}]


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
    application = await fair.accepted(a_row(documents=papers_until("2020-10-01")))
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
    await reschedule(fair, "2020-10-10", "2020-10-13")
    assert [one["task_id"] for one in await tasks(fair)] == [task["task_id"]]
    assert len(await fair.harness.emitted(ApplicationAccepted)) == 2
    await reschedule(fair, "2020-09-09", "2020-09-12")
    assert await tasks(fair) == []
    await reschedule(fair)
    assert len(await tasks(fair)) == 1


async def test_the_day_of_a_paper_that_still_lapses_moves_with_the_dates_and_is_told(fair: World) -> None:
    await fair.accepted(a_row(documents=papers_until("2020-10-01")))
    await reschedule(fair)
    fair.harness.clock.set(OPEN + timedelta(days=1))
    await reschedule(fair, "2020-10-10", "2020-10-13")
    [task] = await tasks(fair)
    _, first, again = await fair.harness.emitted(ApplicationAccepted)
    assert (first.reply_by_at, again.reply_by_at) == (OPEN + timedelta(days=7), OPEN + timedelta(days=8))
    assert again.lapsing_papers == first.lapsing_papers
    assert datetime.fromisoformat(task["data"]["decide_by"]) == again.reply_by_at


async def test_who_waits_with_nothing_left_and_loses_a_paper_too_is_told_both_at_once(fair: World) -> None:
    row = a_row(products=[a_product(certificate=OLD)], documents=papers_until("2020-10-15"))
    await fair.accepted(row)
    await reschedule(fair)
    assert [one["kind"] for one in await tasks(fair)] == ["nothing_eligible_left"]
    fair.harness.clock.set(OPEN + timedelta(days=1))
    await reschedule(fair, "2020-10-19", "2020-10-22")
    _, _, *again = await fair.harness.emitted(ApplicationAccepted)
    assert [(len(one.lapsed), len(one.lapsing_papers), one.reply_by_at) for one in again] == [
        (1, 1, OPEN + timedelta(days=8))
    ]
    assert {datetime.fromisoformat(one["data"]["decide_by"]) for one in await tasks(fair)} == {again[0].reply_by_at}


@pytest.mark.parametrize("step", ["withdrawal", "revocation"])
async def test_a_paper_of_what_is_no_acceptance_any_more_is_nobodys_task(fair: World, step: str) -> None:
    application = await fair.accepted(a_row(documents=papers_until("2020-10-01")))
    await reschedule(fair)
    assert [one["kind"] for one in await tasks(fair)] == ["paper_lapsed"]
    if step == "withdrawal":
        claims = {"vendor_id": application["vendor_id"]}
        told = await fair.tell(application, step, Role.VENDOR, {"reason_code": "cannot_attend"}, **claims)
    else:
        told = await fair.tell(application, step, Role.ORGANISER, {"reason_codes": ["violation"]})
    assert told.is_success, told.text
    assert await tasks(fair) == []


@pytest.mark.parametrize("codes", [[], ["certificate_revoked", "violation"]])
async def test_dates_before_the_day_of_a_recall_take_the_end_that_it_proposed_back(
    fair: World, codes: list[str]
) -> None:
    """What a person proposed for more than the certificate stays."""
    application = await fair.accepted()
    await set_policy(fair, second=True, together=False)
    await recall(fair, application, on="2020-08-22")
    if codes:
        body = {"reason_codes": codes}
        assert (await fair.tell(application, "tentative-revocations", Role.ORGANISER, body)).is_success
    await check(fair)
    assert len((await preview(fair))["waiting"]) == 1
    await reschedule(fair, "2020-08-10", "2020-08-14")
    seen = await preview(fair)
    assert (len(seen["waiting"]), seen["outdated"], await tasks(fair)) == (len(codes) // 2, [], [])


async def test_what_new_dates_changed_before_lapses_were_told_is_found_by_the_next_look(fair: World) -> None:
    """An older version kept the evaluation of new dates and told nobody."""
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD, **{"class": "speciality"})]))
    await reschedule(fair)
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE evaluations SET occasion = 'reschedule' WHERE occasion = 'recheck'"))
    found = await fair.ok("POST", f"/editions/{fair.edition_id}/certificate-checks", Role.ORGANISER)
    assert found["lapsed"] == [application["application_id"]]
