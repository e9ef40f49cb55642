"""Any order of letters, looks, answers and days: what an agency is told is what is open, and each reminder comes once."""

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.machines import Draw, MakeHarness, play
from tests.registration.acting import Acting
from tests.registration.conftest import Json, a_row
from tests.registration.invitations.test_api import CONTACT, FIRST, ROUND, SECOND, Round

from common.tokens import Role
from registration.invitations.handlers import follow_up

REPLY_BY = datetime.fromisoformat(ROUND["reply_by_at"])
LAST = REPLY_BY + timedelta(days=2)


class Inviting(Acting):
    """One agency that can be reached, and the model of what it should be told."""

    steps = (
        *("set_anew", "number", "number", "open", "open", "nominate", "decline"),
        *("wait", "wait", "wait", "follow", "follow", "follow"),
    )

    async def begin(self) -> None:
        await super().begin()
        entry = {
            "name_vi": "Sở NN&PTNT Hà Giang",
            "level": "province",
            "province_code": "02",
            "valid_from": "2020-01-01",
        }
        await self.fair.ok("PUT", "/agencies/hg.snn", Role.ORGANISER, {**entry, "contact": CONTACT})
        self.round = Round(self.fair)
        assert (await self.round.set()).is_success
        self.is_numbered = self.is_opened = self.has_nominated = self.has_declined = self.is_closed = False
        self.ceiling, self.reminders = 9, 0

    @property
    def is_open(self) -> bool:
        return self.is_numbered and not (self.has_declined or self.is_closed)

    @property
    def passed(self) -> int:
        return sum(at <= self.harness.clock.now() for at in (FIRST, SECOND))

    def set_anew(self, draw: Draw) -> None:
        ceiling = draw(st.sampled_from([5, 9]))
        agencies = [{"agency_code": "hg.snn", "floor": 3, "ceiling": ceiling}, {"agency_code": "pt.snn"}]
        answer = self.wait_for(self.round.set(agencies=agencies))
        is_late = self.harness.clock.now() >= FIRST
        if self.is_numbered and ceiling != self.ceiling:
            assert answer.status_code in ({409, 422} if is_late else {409}), answer.text
        elif not is_late:
            assert answer.status_code == 200, answer.text
        self.ceiling = ceiling if answer.is_success else self.ceiling

    def number(self, _draw: Draw) -> None:
        answer = self.wait_for(self.round.number())
        assert answer.status_code == (409 if self.is_numbered else 200), answer.text
        if not self.is_numbered:
            self.is_numbered, self.reminders = True, self.passed

    def open(self, _draw: Draw) -> None:
        self.is_opened |= self.wait_for(self._open())

    async def _open(self) -> bool:
        async with self.harness.client() as client:
            answer = await client.get(self.round.link())
        assert answer.status_code == (200 if self.is_numbered else 409)
        return self.is_numbered

    def nominate(self, _draw: Draw) -> None:
        if not self.has_nominated and not self.has_declined:
            assert self.wait_for(self.fair.nominate(a_row())).status_code == 201
            self.has_nominated = True

    def decline(self, _draw: Draw) -> None:
        path, claims = (
            f"/invitations/{self.round.ids['hg.snn']}/refusal",
            {"agency_code": "hg.snn", "province_code": "02"},
        )
        answer = self.wait_for(self.fair.call("POST", path, Role.PROVINCE, {"reason": "Không có sản phẩm"}, **claims))
        is_due = self.is_numbered and not self.has_nominated
        assert answer.status_code == (200 if is_due else 409), answer.text
        self.has_declined |= is_due

    def wait(self, draw: Draw) -> None:
        at = self.harness.clock.now() + timedelta(hours=draw(st.sampled_from([20, 50, 90])))
        self.harness.clock.set(min(at, LAST))

    def follow(self, _draw: Draw) -> None:
        """What the timer does; a second time at once it has nothing to do."""
        self.wait_for(self.harness.run(follow_up, 100))
        if self.is_open and self.has_nominated:
            self.is_closed = True
        elif self.is_open and self.harness.clock.now() < REPLY_BY:
            self.reminders = max(self.reminders, self.passed)
        assert self.wait_for(self.harness.run(follow_up, 100)) == 0

    @invariant()
    def the_agency_is_told_what_is_open(self) -> None:
        assert self.wait_for(self.round.told()) == ([("2223", self.reminders)] if self.is_open else [])

    @invariant()
    def the_organiser_sees_how_far_it_has_come(self) -> None:
        row: Json = self.wait_for(self.round.row())
        stages = {
            "declined": self.has_declined,
            "returned": self.has_nominated and self.is_numbered,
            "opened": self.is_opened,
            "silent": self.is_numbered,
            "not_sent": not self.has_nominated,
        }
        assert row["ceiling"] == self.ceiling
        assert self.has_nominated or row["stage"] == next(stage for stage, is_so in stages.items() if is_so)


async def test_invitations_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Inviting, make_harness, examples=12, steps=18)
