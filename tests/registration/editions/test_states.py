"""Any order of acts over HTTP: an edition goes its road, aside and back, by its papers and its days, and tells each act once."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.machines import Draw, Machine, MakeHarness, play
from tests.registration.conftest import PAPER, World

from common.tokens import Role

BEGIN = datetime(2020, 6, 20, 2, tzinfo=UTC)
OPENS_AT = datetime(2020, 7, 1, 1, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

ROAD: Mapping[str, tuple[str, str]] = {
    "approval": ("planned", "approved"),
    "opening": ("approved", "registration_open"),
    "closing": ("registration_open", "registration_closed"),
    "publication": ("registration_closed", "allocated"),
    "readiness": ("allocated", "ready"),
    "start": ("ready", "live"),
    "end": ("live", "closed"),
    "report": ("closed", "reported"),
}
BEFORE_LIVE = {"planned", "approved", "registration_open", "registration_closed", "allocated", "ready"}
BY_PAPER = {"approval", "report", "suspension", "rescheduling", "cancellation"}
TOLD = {
    "approval": "EditionAnnounced",
    "opening": "RegistrationOpened",
    "reopening": "RegistrationOpened",
    "closing": "RegistrationClosed",
    "start": "EditionStarted",
    "end": "EditionEnded",
    "suspension": "EditionSuspended",
    "rescheduling": "EditionRescheduled",
    "capacity": "EditionCapacityChanged",
    "cancellation": "EditionCancelled",
}
ACTS = sorted({*ROAD, *TOLD})


class Course(Machine):
    """The model is the table of states that organisers work by, written again; it asks nothing of the service's own."""

    service = "registration"
    steps = ("travel", "go_on", "go_on", "try_any", "try_any", "try_any", "come_back", "let_time_pass")

    async def begin(self) -> None:
        self.fair = World(self.harness)
        self.harness.clock.set(BEGIN)
        for code in ("hn.ubnd", "hn.snn", "hn.vpdp"):
            await self.fair.add_agency(code)
        self.told: list[str] = []
        self.planned = 0
        await self.plan()

    async def plan(self) -> None:
        """Plan an edition, another one where the last has come to an end."""
        self.planned += 1
        planned = (await self.fair.plan(code=f"G{self.planned}")).json()
        self.fair.edition_id = planned["edition_id"]
        self.state, self.resume_to = "planned", ""
        self.first_on, self.version, self.booths = date(2020, 8, 20), planned["schedule_version"], 150

    @property
    def now(self) -> datetime:
        return self.harness.clock.now()

    def travel(self, draw: Draw) -> None:
        """Do many acts of the road, so that no play stays at its beginning."""
        for _ in range(draw(st.integers(1, len(ROAD)))):
            self.go_on(draw)

    def go_on(self, draw: Draw) -> None:
        """Do the next act of the road; its day is mostly waited for."""
        act = next((act for act, (before, _) in ROAD.items() if before == self.state), None)
        day = {"opening": OPENS_AT, "start": datetime.combine(self.first_on, time(8), HANOI)}.get(act or "")
        if day is not None and draw(st.sampled_from([True, True, True, False])):
            self.harness.clock.set(max(self.now, day))
        if act is not None:
            self.do(act, draw)
        elif self.state in {"cancelled", "reported"} and draw(st.booleans()):
            self.wait_for(self.plan())

    def try_any(self, draw: Draw) -> None:
        self.do(draw(st.sampled_from(ACTS)), draw)

    def come_back(self, draw: Draw) -> None:
        if self.state == "suspended":
            self.do("rescheduling", draw)

    def let_time_pass(self, draw: Draw) -> None:
        self.harness.clock.set(self.now + timedelta(days=draw(st.integers(1, 15))))

    def do(self, act: str, draw: Draw) -> None:
        """Do an act; what the table does not allow, or what lacks its paper or its day, is refused and changes nothing."""
        has_paper = draw(st.sampled_from([True] * 7 + [False]))
        new_first = self.now.astimezone(HANOI).date() + timedelta(days=draw(st.integers(0, 30)))
        booths = draw(st.sampled_from([90, 150, 200]))
        body = self.body_of(act, new_first, booths, with_paper=has_paper)
        after = self.after(act)
        may = after is not None and self.is_due(act, new_first) and (has_paper or act not in BY_PAPER)
        answer = self.wait_for(self.fair.act(act, body))
        assert answer.is_success == may, (act, self.state, body, answer.text)
        if not may:
            assert answer.status_code in {409, 422}
            return
        if act == "suspension":
            self.resume_to = "ready" if self.state == "live" else self.state
        if self.is_sent_again(act, new_first, booths):
            return
        if act == "rescheduling":
            self.first_on, self.version = new_first, self.version + 1
        if act == "capacity":
            self.booths = booths
        self.state = after or self.state
        self.told += [TOLD[act]] if act in TOLD else []

    def is_sent_again(self, act: str, new_first: date, booths: int) -> bool:
        """Tell whether an act asks for what there is already: it is not told then."""
        is_same = self.state != "suspended" and self.version > 1 and new_first == self.first_on
        return is_same if act == "rescheduling" else act == "capacity" and booths == self.booths

    def after(self, act: str) -> str | None:
        """Return the state that an act leads to from here; None where it is not allowed."""
        if act in ROAD:
            before, after = ROAD[act]
            return after if self.state == before else None
        aside = {
            "reopening": "registration_open" if self.state == "registration_closed" else None,
            "suspension": "suspended" if self.state in {*BEFORE_LIVE, "live"} else None,
            "capacity": self.state if self.state in {*BEFORE_LIVE, "live"} else None,
            "cancellation": "cancelled" if self.state in {*BEFORE_LIVE, "suspended"} else None,
            "rescheduling": self.resume_to if self.state == "suspended" else self.state,
        }
        if act == "rescheduling" and self.state not in {*BEFORE_LIVE, "suspended"}:
            return None
        return aside[act]

    def is_due(self, act: str, new_first: date) -> bool:
        today = self.now.astimezone(HANOI).date()
        return {
            "opening": self.now >= OPENS_AT,
            "start": today >= self.first_on,
            "reopening": self.now < datetime.combine(self.first_on, time(), HANOI),
            "rescheduling": new_first > today,
        }.get(act, True)

    def body_of(self, act: str, new_first: date, booths: int, *, with_paper: bool) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if with_paper and (act in BY_PAPER or act == "capacity"):
            body["legal_document"] = PAPER
        if act in {"reopening", "suspension", "rescheduling", "capacity", "cancellation"}:
            body["reason_code"] = "too_few_vendors" if act == "reopening" else "covid_19"
        if act == "rescheduling":
            body["new"] = {"from": new_first.isoformat(), "to": (new_first + timedelta(days=3)).isoformat()}
        return body | ({"booth_target": booths} if act == "capacity" else {})

    @invariant()
    def it_is_where_the_table_says(self) -> None:
        path = f"/editions/{self.fair.edition_id}"
        seen = self.wait_for(self.fair.ok("GET", path, Role.ORGANISER))
        wanted = (self.state, self.version, self.booths, self.first_on.isoformat())
        assert (seen["state"], seen["schedule_version"], seen["booth_target"], seen["planned"]["from"]) == wanted

    @invariant()
    def each_act_is_told_once_and_no_refusal(self) -> None:
        assert [type(event).__name__ for event in self.wait_for(self.harness.emitted())] == self.told


async def test_editions_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Course, make_harness, examples=24, steps=40)
