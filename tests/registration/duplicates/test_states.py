"""Any order of searches, decisions, separations and acceptances: two are one as long as a person says so, and not longer."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from sqlalchemy import select
from tests.machines import Draw, MakeHarness, play
from tests.registration.acting import Acting
from tests.registration.duplicates.test_api import decide, pairs, search, separate, two_ways_in

from common.contracts.registration import ApplicationAccepted
from registration.merges.tables import VendorMergeRow


class Merging(Acting):
    """One producer come in two ways; the model keeps what was decided last and who was accepted when."""

    steps = ("find", "same", "same", "different", "separate", "separate", "accept", "accept")

    async def begin(self) -> None:
        await super().begin()
        self.applications = await two_ways_in(self.fair)
        await search(self.fair)
        [self.pair] = await pairs(self.fair)
        self.verdict: str | None = None
        self.kept: str | None = None
        self.accepted: set[int] = set()

    def find(self, _draw: Draw) -> None:
        counts = self.wait_for(search(self.fair))
        found = {None: (2, 1, 0), "same": (1, 0, 0), "different": (2, 0, 1)}[self.verdict]
        assert (counts["vendors"], counts["waiting"], counts["remembered"]) == found

    def same(self, draw: Draw) -> None:
        kept = self.pair[draw(st.sampled_from(["first", "second"]))]["vendor_id"]
        answer = self.wait_for(decide(self.fair, self.pair, "same", kept_vendor_id=kept))
        if answer.is_success:
            assert self.verdict is None
            self.verdict, self.kept = "same", kept
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "pair_decided")

    def different(self, _draw: Draw) -> None:
        answer = self.wait_for(decide(self.fair, self.pair, "different"))
        if answer.is_success:
            assert self.verdict is None
            self.verdict = "different"
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "pair_decided")

    def separate(self, _draw: Draw) -> None:
        answer = self.wait_for(separate(self.fair, self.pair))
        if self.verdict == "same":
            assert answer.status_code == 200, answer.text
            self.verdict, self.kept = "different", None
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "not_merged")

    def accept(self, draw: Draw) -> None:
        number = draw(st.sampled_from([0, 1]))
        answer = self.wait_for(self.fair.decide(self.applications[number], "accept"))
        if answer.is_success:
            assert self.verdict != "same" or not self.accepted, "one producer has one booth application an edition"
            self.accepted.add(number)
        else:
            assert answer.status_code == 409, answer.text
            assert number in self.accepted or self.verdict == "same", "who is a vendor of its own is accepted"

    @invariant()
    def they_are_merged_as_long_as_that_is_said(self) -> None:
        merged = self.wait_for(self.harness.rows(select(VendorMergeRow.kept_vendor_id)))
        assert [str(each) for each in merged] == ([self.kept] if self.verdict == "same" else [])

    @invariant()
    def what_was_decided_is_remembered(self) -> None:
        query = "" if self.verdict is None else f"?verdict={self.verdict}"
        assert [one["verdict"] for one in self.wait_for(pairs(self.fair, query))] == [self.verdict]

    @invariant()
    def each_is_accepted_once_and_under_its_own_vendor(self) -> None:
        told = self.wait_for(self.harness.emitted(ApplicationAccepted))
        ids = [each["application_id"] for each in self.applications]
        assert sorted(str(event.application_id) for event in told) == sorted(ids[number] for number in self.accepted)


async def test_merges_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Merging, make_harness, examples=14, steps=14)
