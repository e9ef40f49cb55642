"""Any order of saves, retries, looks, sendings and deletions from two windows: nothing newer is lost, nothing is sent twice."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.machines import Draw, MakeHarness, play
from tests.registration.acting import Acting
from tests.registration.conftest import Json, a_row
from tests.registration.drafts.test_api import Desk, of_draft

from common.contracts.registration import ApplicationSubmitted
from registration.drafts.handlers import forget_drafts

DAYS = 30
WINDOWS = st.sampled_from([0, 1])


class Drafting(Acting):
    """A vendor's draft in two windows, each with the version it saw last; the model keeps what the service should have."""

    steps = ("save", "save", "save", "save_again", "look", "look", "send", "delete", "save_half", "wait", "peep")

    async def begin(self) -> None:
        await super().begin()
        self.start_anew()
        self.sent: list[str] = []
        self.number = 0

    def start_anew(self) -> None:
        self.desk = Desk(self.fair, str(uuid4()))
        self.kept: Json | None = None
        self.version = 0
        self.is_sent = False
        self.seen: list[str | None] = [None, None]
        self.last: tuple[Json, str | None, str] | None = None
        self.saved_at = self.harness.clock.now()

    def save(self, draw: Draw) -> None:
        window = draw(WINDOWS)
        self.number += 1
        content: Json = {**of_draft(a_row()), "booths_wanted": 1 + self.number % 2}
        content["vendor"] = {**content["vendor"], "address": f"Thôn {self.number}"}
        self.save_over(content, window, str(uuid4()))

    def save_half(self, draw: Draw) -> None:
        self.number += 1
        self.save_over({"vendor": {"legal_name": f"Hợp tác xã {self.number}"}}, draw(WINDOWS), str(uuid4()))

    def save_over(self, content: Json, window: int, key: str) -> None:
        over = self.seen[window]
        answer = self.wait_for(self.desk.save(content, over, key))
        newest = f'"{self.version}"' if self.version else None
        if self.is_sent:
            assert answer.status_code == 409
        elif over == newest:
            assert answer.status_code == 200, answer.text
            self.version += 1
            self.kept, self.seen[window], self.saved_at = content, answer.headers["etag"], self.harness.clock.now()
            self.last = (content, over, key)
        else:
            assert answer.status_code in {404, 412}, answer.text
            assert answer.status_code == 412 or not self.version, "what was deleted is not there to be changed"

    def save_again(self, _draw: Draw) -> None:
        """The newest save comes again: its answer was lost on the way."""
        if self.last is not None and not self.is_sent:
            answer = self.wait_for(self.desk.save(*self.last))
            assert (answer.status_code, answer.headers["etag"]) == (200, f'"{self.version}"')

    def look(self, draw: Draw) -> None:
        if self.version and not self.is_sent:
            self.seen[draw(WINDOWS)] = f'"{self.wait_for(self.desk.kept())["version"]}"'

    def send(self, _draw: Draw) -> None:
        answer = self.wait_for(self.desk.send())
        is_whole = self.kept is not None and "products" in self.kept
        if self.is_sent or not self.version:
            assert answer.status_code in {404, 409}
        elif is_whole and not self.sent:
            assert answer.status_code == 200, answer.text
            self.is_sent = True
            self.sent.append(answer.json()["application_id"])
        else:  # half a draft, or the second application of the vendor
            assert answer.status_code == 422, answer.text

    def delete(self, _draw: Draw) -> None:
        answer = self.wait_for(self.desk.call("DELETE"))
        assert answer.status_code == (409 if self.is_sent else 204 if self.version else 404), answer.text
        if answer.status_code == 204 or self.is_sent:
            self.start_anew()

    def wait(self, draw: Draw) -> None:
        """Days pass, and what was left alone is forgotten."""
        self.harness.clock.set(self.harness.clock.now() + timedelta(days=draw(st.sampled_from([1, 5]))))
        self.wait_for(self.harness.run(forget_drafts, DAYS, 100))
        if self.version and not self.is_sent and self.harness.clock.now() - self.saved_at > timedelta(days=DAYS):
            self.start_anew()

    def peep(self, _draw: Draw) -> None:
        other = Desk(self.fair, self.desk.draft_id, "somebody")
        answer = self.wait_for(other.call("GET"))
        assert answer.status_code == (403 if self.version else 404)

    @invariant()
    def what_was_saved_last_is_there_or_was_sent(self) -> None:
        if not self.version:
            return
        answer: httpx.Response = self.wait_for(self.desk.call("GET"))
        told: Any = answer.json()
        assert (told["content"], told["application_id"] is None) == (
            None if self.is_sent else self.kept,
            not self.is_sent,
        )
        assert self.is_sent or told["version"] == self.version

    @invariant()
    def each_is_told_once_and_only_when_sent(self) -> None:
        told = [str(event.application_id) for event in self.wait_for(self.harness.emitted(ApplicationSubmitted))]
        assert told == self.sent


async def test_drafts_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Drafting, make_harness, examples=12, steps=20)
