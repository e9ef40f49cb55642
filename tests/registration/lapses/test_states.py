"""Any order of recalls, looks, days, tasks and withdrawals: a lapse is found once, told once, and is one task."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.machines import Draw, MakeHarness, play
from tests.registration.acting import Acting
from tests.registration.conftest import a_product, a_row
from tests.registration.lapses.test_api import tasks

from common.contracts.registration import ApplicationAccepted, ApplicationRevoked
from common.tokens import Role
from registration.lapses.handlers import check_due_certificates

ISSUED, LAST_DAY = date(2019, 11, 11), date(2020, 8, 24)
FAIR_DAY = datetime(2020, 8, 20, 2, tzinfo=UTC)
DAYS = (date(2019, 1, 1), date(2020, 7, 1), date(2020, 8, 21), LAST_DAY, LAST_DAY + timedelta(days=1))
"""A day before the certificate was issued is another one's; a day after the fair concerns no fair day."""
NAMES = ("Chè Shan tuyết", "Mật ong")
ROAD = ("closing", "publication", "readiness", "start")


@dataclass
class Holder:
    """An accepted vendor with two products, and which of them are known to have lapsed."""

    application: dict[str, Any]
    state: str = "accepted"
    recalled: dict[int, set[date]] = field(default_factory=lambda: {0: set(), 1: set()})
    known: set[int] = field(default_factory=set[int])
    told: list[list[str]] = field(default_factory=lambda: [list(NAMES)])

    def lapsed(self) -> set[int]:
        """Return the products whose certificate does not hold on every day of the fair."""
        return {at for at, days in self.recalled.items() if any(ISSUED <= day <= LAST_DAY for day in days)}


class Certificates(Acting):
    """Two vendors; what a look finds is counted again from the recalls alone."""

    steps = ("recall", "recall", "recall", "look", "look", "sleep", "sleep", "go_on", "do_task", "withdraw")

    async def begin(self) -> None:
        await super().begin()
        products = [a_product(), a_product(name=NAMES[1], product_group="food")]
        rows = [a_row(number, products=products) for number in (1, 2)]
        self.holders = [Holder(await self.fair.accepted(row)) for row in rows]
        self.stage, self.looked, self.open, self.done = 0, set[date](), 0, set[str]()

    @property
    def today(self) -> date:
        return (self.harness.clock.now() + timedelta(hours=7)).date()

    def recall(self, draw: Draw) -> None:
        holder, at, day = draw(st.sampled_from([0, 1])), draw(st.sampled_from([0, 1])), draw(st.sampled_from(DAYS))
        product = self.holders[holder].application["product_ids"][at]
        body = {"revoked_on": day.isoformat(), "paper": "Quyết định 812/QĐ-UBND"}
        self.wait_for(self.fair.ok("PUT", f"/products/{product}/recall", Role.REVIEWER, body))
        self.holders[holder].recalled[at].add(day)

    def look(self, _draw: Draw) -> None:
        path = f"/editions/{self.fair.edition_id}/certificate-checks"
        seen = self.wait_for(self.fair.ok("POST", path, Role.ORGANISER))
        assert seen["checked"] == sum(one.state == "accepted" for one in self.holders)
        lapsed, revoked = self.find()
        assert (sorted(seen["lapsed"]), sorted(seen["revoked"])) == (sorted(lapsed), sorted(revoked))

    def find(self) -> tuple[list[str], list[str]]:
        """Return what a look finds now, and remember that it was found."""
        self.looked.add(self.today)
        lapsed: list[str] = []
        revoked: list[str] = []
        for one in self.holders:
            if one.state != "accepted" or not one.lapsed() - one.known:
                continue
            lapsed.append(one.application["application_id"])
            one.known |= one.lapsed()
            self.open += 1
            if len(one.known) == len(NAMES):
                one.state = "revoked"
                revoked.append(one.application["application_id"])
            else:
                one.told.append([name for at, name in enumerate(NAMES) if at not in one.known])
        return lapsed, revoked

    def sleep(self, _draw: Draw) -> None:
        """Let a day pass, and the timer run, twice; it looks before the allocation and on fair days, once a day."""
        self.harness.clock.set(self.harness.clock.now() + timedelta(days=1))
        is_fair_day = self.stage == len(ROAD) and date(2020, 8, 20) <= self.today <= LAST_DAY
        wants = (self.stage == 1 or is_fair_day) and self.today not in self.looked
        for number in (int(wants), 0):
            assert self.wait_for(self.harness.run(check_due_certificates, 10)) == number
        if wants:
            self.find()

    def go_on(self, draw: Draw) -> None:
        if self.stage < len(ROAD) and draw(st.booleans()):
            if ROAD[self.stage] == "start":
                self.harness.clock.set(max(self.harness.clock.now(), FAIR_DAY))
            assert self.wait_for(self.fair.act(ROAD[self.stage])).is_success
            self.stage += 1

    def do_task(self, draw: Draw) -> None:
        found = self.wait_for(tasks(self.fair))
        if found:
            task = draw(st.sampled_from([one["task_id"] for one in found]))
            path, body = f"/review-tasks/{task}/completion", {"note": "Đã báo tỉnh"}
            assert self.wait_for(self.fair.call("POST", path, Role.REVIEWER, body)).is_success
            assert self.wait_for(self.fair.call("POST", path, Role.REVIEWER, body)).status_code == 409
            self.done.add(task)
            self.open -= 1

    def withdraw(self, draw: Draw) -> None:
        one = self.holders[draw(st.sampled_from([0, 1]))]
        if one.state != "accepted" or not draw(st.sampled_from([True, False, False])):
            return
        claims = {"vendor_id": one.application["vendor_id"]}
        body = {"reason_code": "cannot_attend"}
        answer = self.wait_for(self.fair.tell(one.application, "withdrawal", Role.VENDOR, body, **claims))
        assert answer.is_success, answer.text
        one.state = "withdrawn"

    @invariant()
    def each_lapse_is_one_task_and_a_task_done_stays_done(self) -> None:
        assert len(self.wait_for(tasks(self.fair))) == self.open
        path = f"/editions/{self.fair.edition_id}/review-tasks?with_done=true"
        shown: list[dict[str, Any]] = self.wait_for(self.fair.call("GET", path, Role.REVIEWER)).json()
        assert {one["task_id"] for one in shown if one["done_at"]} == self.done

    @invariant()
    def who_has_a_product_left_is_told_with_it_and_who_has_none_is_revoked_once(self) -> None:
        told = self.wait_for(self.harness.emitted(ApplicationAccepted))
        gone = [str(event.application_id) for event in self.wait_for(self.harness.emitted(ApplicationRevoked))]
        for one in self.holders:
            mine = one.application["application_id"]
            names = [[each.name for each in event.products] for event in told if str(event.application_id) == mine]
            assert names == one.told
            assert gone.count(mine) == int(one.state == "revoked")


async def test_lapses_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Certificates, make_harness, examples=10, steps=24)
