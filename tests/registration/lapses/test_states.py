"""Any order of recalls, looks, new certificates, days, tasks and withdrawals: each lapse is found, told and a task once."""

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
DAYS = (date(2020, 7, 1), date(2019, 1, 1), date(2020, 8, 21), LAST_DAY, LAST_DAY + timedelta(days=1))
"""A day before the certificate was issued is another one's; a day after the fair concerns no fair day."""
NEW_ISSUES = (date(2020, 7, 2), ISSUED)
NAMES = ("Chè Shan tuyết", "Mật ong")
ROAD = ("closing", "publication", "readiness", "start")


@dataclass
class Holder:
    """An accepted vendor with two products, and which of them are known to have lapsed."""

    application: dict[str, Any]
    state: str = "accepted"
    recalled: dict[int, set[date]] = field(default_factory=lambda: {0: set(), 1: set()})
    known: set[int] = field(default_factory=set[int])
    issued: dict[int, date] = field(default_factory=lambda: {0: ISSUED, 1: ISSUED})
    told: list[list[str]] = field(default_factory=lambda: [list(NAMES)])

    def lapsed(self) -> set[int]:
        """Return the products whose certificate does not hold on every day of the fair."""
        return {at for at in self.recalled if self.ends(at, self.issued[at]) <= LAST_DAY}

    def ends(self, at: int, issued: date) -> date:
        """Return the first day without validity of a product's certificate if it was issued then."""
        return min((day for day in self.recalled[at] if day >= issued), default=issued.replace(year=issued.year + 3))

    def find_unknown(self) -> str:
        """Return what has lapsed and was not told yet, as its task names it, and take it for told."""
        new = sorted(self.lapsed() - self.known)
        self.known |= self.lapsed()
        return "; ".join(NAMES[at] for at in new)

    def tell(self) -> None:
        self.told.append([name for at, name in enumerate(NAMES) if at not in self.known])


def key_of(task: dict[str, Any]) -> tuple[str, str]:
    return task["application_id"], task["data"]["products"]


class Certificates(Acting):
    """Two vendors; what a look finds is counted again from the recalls alone."""

    steps = (
        "recall",
        "recall",
        "recall",
        "look",
        "look",
        "renew",
        "renew",
        "sleep",
        "sleep",
        "go_on",
        "do_task",
        "withdraw",
    )

    async def begin(self) -> None:
        await super().begin()
        products = [a_product(), a_product(name=NAMES[1], product_group="food")]
        rows = [a_row(number, products=products) for number in (1, 2)]
        self.holders = [Holder(await self.fair.accepted(row)) for row in rows]
        self.stage, self.looked, self.numbers = 0, set[date](), 0
        self.open, self.done = set[tuple[str, str]](), set[tuple[str, str]]()

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
            self.ask_about(one, one.find_unknown())
            if len(one.known) == len(NAMES):
                one.state = "revoked"
                revoked.append(one.application["application_id"])
            else:
                one.tell()
        return lapsed, revoked

    def ask_about(self, one: Holder, names: str) -> None:
        """A lapse is a task; one that was done is open again where its products lapse anew."""
        self.open.add((one.application["application_id"], names))
        self.done.discard((one.application["application_id"], names))

    def renew(self, draw: Draw) -> None:
        """Enter a new certificate; one that a recall ends before the fair does is refused, and nothing is renewed."""
        every = [(one, at) for one in self.holders for at in (0, 1)]
        lapsed = [(one, at) for one, at in every if at in one.known and one.state == "accepted"]
        one, at = draw(st.sampled_from(lapsed or every))
        issued = draw(st.sampled_from(NEW_ISSUES))
        self.numbers += 1
        certificate = {"number": f"HG-{self.numbers}", "issued_on": issued.isoformat()}
        body = {"products": [{"product_id": one.application["product_ids"][at], "certificate": certificate}]}
        path = f"/applications/{one.application['application_id']}/renewals"
        answer = self.wait_for(self.fair.call("POST", path, Role.REVIEWER, body))
        holds = one.ends(at, issued) > LAST_DAY
        assert answer.status_code == (409 if one.state != "accepted" else 201 if holds else 422), answer.text
        if answer.is_success:
            is_other = one.ends(at, issued) != one.ends(at, one.issued[at]) or at in one.known
            one.issued[at] = issued
            one.known.discard(at)
            self.note_renewed(one, is_other=is_other)

    def note_renewed(self, one: Holder, *, is_other: bool) -> None:
        mine = [key for key in self.open if key[0] == one.application["application_id"]]
        over = {key for key in mine if not {NAMES.index(name) for name in key[1].split("; ")} & one.lapsed()}
        self.open -= over
        self.done |= over
        names = one.find_unknown()
        if names:
            self.ask_about(one, names)
        if names or is_other:
            one.tell()

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
            task = draw(st.sampled_from(found))
            path, body = f"/review-tasks/{task['task_id']}/completion", {"note": "Đã báo tỉnh"}
            assert self.wait_for(self.fair.call("POST", path, Role.REVIEWER, body)).is_success
            assert self.wait_for(self.fair.call("POST", path, Role.REVIEWER, body)).status_code == 409
            self.done.add(key_of(task))
            self.open.remove(key_of(task))

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
        assert sorted(map(key_of, self.wait_for(tasks(self.fair)))) == sorted(self.open)
        path = f"/editions/{self.fair.edition_id}/review-tasks?with_done=true"
        shown: list[dict[str, Any]] = self.wait_for(self.fair.call("GET", path, Role.REVIEWER)).json()
        assert sorted(key_of(one) for one in shown if one["done_at"]) == sorted(self.done)

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
