"""An appeal that nobody decides does not only carry a flag: its desk gets a task before the time, and another after it."""

from datetime import datetime, timedelta
from typing import Any

from tests.registration.appeals.test_api import appeal, listed, rejected
from tests.registration.conftest import PAPER, World
from tests.registration.lapses.test_api import check, recall
from tests.registration.recall_corrections.test_api import take_back

from common.tokens import Role
from registration.appeals.handlers import remind_of_appeals

Json = dict[str, Any]
DECIDE_BY = datetime.fromisoformat("2020-07-15T02:00:00Z")


async def tasks(fair: World, query: str = "", subject: str = "lan") -> list[Json]:
    path = f"/editions/{fair.edition_id}/review-tasks{query}"
    return (await fair.call("GET", path, Role.REVIEWER, subject=subject)).json()


async def at(fair: World, moment: datetime) -> list[str]:
    """Let the timer run at a moment, twice, and return which tasks are open."""
    fair.harness.clock.set(moment)
    for _ in range(2):
        await fair.harness.run(remind_of_appeals, 100)
    return [one["kind"] for one in await tasks(fair)]


async def test_the_desk_is_reminded_two_days_before_and_told_again_when_it_is_overdue(fair: World) -> None:
    application = await rejected(fair)
    await appeal(fair, application, statement="Nhãn đã cấp lại")
    assert await at(fair, DECIDE_BY - timedelta(days=2, minutes=1)) == []
    assert await at(fair, DECIDE_BY - timedelta(days=2)) == ["appeal_due"]
    [task] = await tasks(fair)
    assert (task["application_id"], task["data"]["decide_by"]) == (application["application_id"], DECIDE_BY.isoformat())
    assert await at(fair, DECIDE_BY + timedelta(minutes=1)) == ["appeal_overdue"]


async def test_a_decision_ends_the_tasks_by_itself_and_what_was_told_stays_readable(fair: World) -> None:
    application = await rejected(fair)
    await appeal(fair, application)
    assert await at(fair, DECIDE_BY - timedelta(days=1)) == ["appeal_due"]
    assert (await fair.decide(application, "reject")).status_code == 201
    assert await at(fair, DECIDE_BY - timedelta(hours=1)) == []
    [done] = await tasks(fair, "?with_done=true")
    assert (done["kind"], done["done_by"]) == ("appeal_due", "registration")


async def test_who_did_the_task_by_hand_is_not_asked_again_before_the_time_is_over(fair: World) -> None:
    await appeal(fair, await rejected(fair))
    assert await at(fair, DECIDE_BY - timedelta(days=1)) == ["appeal_due"]
    [task] = await tasks(fair)
    await fair.ok("POST", f"/review-tasks/{task['task_id']}/completion", Role.REVIEWER, {"note": "Đã xem"})
    assert await at(fair, DECIDE_BY - timedelta(hours=1)) == []
    assert await at(fair, DECIDE_BY + timedelta(hours=1)) == ["appeal_overdue"]


async def test_a_suspended_edition_reminds_nobody(fair: World) -> None:
    await appeal(fair, await rejected(fair))
    stopped = {"reason_code": "covid_19", "legal_document": PAPER}
    assert (await fair.act("suspension", stopped)).is_success
    assert await at(fair, DECIDE_BY + timedelta(days=1)) == []


RESCHEDULED = {
    "new": {"from": "2020-10-09", "to": "2020-10-12"},
    "reason_code": "covid_19",
    "legal_document": {**PAPER, "type": "CV", "number": "4101", "notation": "UBND-KT"},
}


async def decide_by_of(fair: World) -> datetime:
    [one] = await listed(fair)
    return datetime.fromisoformat(one["decide_by_at"])


async def test_new_dates_give_an_appeal_the_time_back_that_a_suspension_took(fair: World) -> None:
    await appeal(fair, await rejected(fair))
    fair.harness.clock.set(DECIDE_BY - timedelta(days=2))
    assert await at(fair, DECIDE_BY - timedelta(days=2)) == ["appeal_due"]
    assert (await fair.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    fair.harness.clock.set(DECIDE_BY + timedelta(days=28))
    assert [one["is_overdue"] for one in await listed(fair)] == [False]
    assert (await fair.act("rescheduling", RESCHEDULED)).is_success
    assert await decide_by_of(fair) == DECIDE_BY + timedelta(days=30)
    assert await at(fair, DECIDE_BY + timedelta(days=28)) == ["appeal_due"]
    assert [one["data"]["decide_by"] for one in await tasks(fair)] == [(DECIDE_BY + timedelta(days=30)).isoformat()]
    assert await at(fair, DECIDE_BY + timedelta(days=31)) == ["appeal_overdue"]


async def test_an_appeal_made_while_the_edition_is_suspended_has_all_its_days_after_the_new_dates(fair: World) -> None:
    application = await rejected(fair)
    assert (await fair.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    fair.harness.clock.set(DECIDE_BY + timedelta(days=20))
    assert (await appeal(fair, application)).is_success
    fair.harness.clock.set(DECIDE_BY + timedelta(days=30))
    assert (await fair.act("rescheduling", RESCHEDULED)).is_success
    assert await decide_by_of(fair) == DECIDE_BY + timedelta(days=20 + 7 + 10)


async def test_days_to_appeal_stand_still_too_and_are_over_after_them(fair: World) -> None:
    application = await rejected(fair)
    assert (await fair.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    fair.harness.clock.set(DECIDE_BY + timedelta(days=23))
    assert (await fair.act("rescheduling", RESCHEDULED)).is_success
    fair.harness.clock.set(DECIDE_BY + timedelta(days=31))
    assert (await appeal(fair, application)).json()["code"] == "appeal_refused"
    fair.harness.clock.set(DECIDE_BY + timedelta(days=29))
    assert (await appeal(fair, application)).is_success


async def test_new_dates_that_come_sooner_bring_an_appeal_forward(fair: World) -> None:
    await appeal(fair, await rejected(fair))
    assert (
        await fair.act("rescheduling", {**RESCHEDULED, "new": {"from": "2020-07-18", "to": "2020-07-20"}})
    ).is_success
    assert await decide_by_of(fair) == datetime.fromisoformat("2020-07-10T10:00:00Z")  # a week before is a Saturday


async def test_what_was_overdue_without_a_suspension_stays_so(fair: World) -> None:
    await appeal(fair, await rejected(fair))
    fair.harness.clock.set(DECIDE_BY + timedelta(days=3))
    assert (await fair.act("rescheduling", RESCHEDULED)).is_success
    assert (await decide_by_of(fair), [one["is_overdue"] for one in await listed(fair)]) == (DECIDE_BY, [True])


async def test_an_appeal_that_was_decided_is_not_open_again_with_an_acceptance_that_a_recall_ended(fair: World) -> None:
    application = await rejected(fair)
    await appeal(fair, application, evidence=[{"kind": "label"}])
    fair.harness.clock.set(DECIDE_BY - timedelta(days=5))
    assert (await fair.decide(application, "accept")).is_success
    await recall(fair, application)
    await check(fair)
    assert (await take_back(fair, application)).json()["reopened"] == [application["application_id"]]
    assert "appeal_overdue" not in await at(fair, DECIDE_BY + timedelta(days=1))
    assert [(one["is_open"], one["is_overdue"]) for one in await listed(fair)] == [(False, False)]
    assert (await fair.act("rescheduling", RESCHEDULED)).is_success
    assert await decide_by_of(fair) == DECIDE_BY


async def test_a_reviewer_sees_the_tasks_of_its_own_desk(fair: World) -> None:
    reviewers = {"reviewers": [{"subject": "lan"}, {"subject": "minh"}]}
    await fair.ok("PUT", f"/editions/{fair.edition_id}/reviewers", Role.ORGANISER, reviewers)
    application = await rejected(fair)
    await appeal(fair, application)
    turns = await fair.ok("POST", f"/editions/{fair.edition_id}/assignments", Role.ORGANISER)
    mine = turns["assigned"][application["application_id"]]
    other = {"lan": "minh", "minh": "lan"}[mine]
    await at(fair, DECIDE_BY - timedelta(days=1))
    assert len(await tasks(fair, "?mine=true", subject=mine)) == 1
    assert await tasks(fair, "?mine=true", subject=other) == []
