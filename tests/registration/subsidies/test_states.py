"""Any order of support, reversals, merges and separations: the same is supported once as long as it stands."""

from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.machines import Draw, MakeHarness, play
from tests.registration.acting import Acting
from tests.registration.duplicates.test_api import decide, pairs, search, separate, two_ways_in
from tests.registration.subsidies.test_api import ledger, support

from common.tokens import Role

PURPOSES = ("booth", "transport")
PAYERS = ("Hà Nội", "Tỉnh Hà Giang")
AMOUNT = 3_000_000


class Ledger(Acting):
    """One producer come in two ways; the model keeps each line, what takes it back, and whether the two are one."""

    steps = ("pay", "pay", "pay", "take_back", "take_back", "merge", "separate", "pay_nobody")

    async def begin(self) -> None:
        await super().begin()
        self.vendors = [one["vendor_id"] for one in await two_ways_in(self.fair)]
        await search(self.fair)
        [self.pair] = await pairs(self.fair)
        self.lines: list[dict[str, Any]] = []
        self.taken_back: set[str] = set()
        self.verdict: str | None = None

    def same(self, one: str, other: str) -> bool:
        """Tell whether two vendors are one producer now."""
        return one == other or self.verdict == "same"

    def first_for(self, vendor: str, purpose: str) -> dict[str, Any] | None:
        """Return the first standing line for a purpose of a producer."""
        return next(
            (
                line
                for line in self.lines
                if line["purpose"] == purpose
                and line["line_id"] not in self.taken_back
                and self.same(line["vendor_id"], vendor)
            ),
            None,
        )

    def pay(self, draw: Draw) -> None:
        vendor, purpose, payer = (draw(st.sampled_from(one)) for one in (self.vendors, PURPOSES, PAYERS))
        first = self.first_for(vendor, purpose)
        answer = self.wait_for(support(self.fair, vendor, payer, purpose))
        if first is None:
            assert answer.status_code == 201, answer.text
            line = answer.json()["line_id"]
            self.lines.append({"line_id": line, "vendor_id": vendor, "purpose": purpose, "funded_by": payer})
            return
        assert (answer.status_code, answer.json()["code"]) == (409, "already_supported"), answer.text
        assert answer.json()["details"]["first_line_id"] == first["line_id"]
        assert answer.json()["details"]["funded_by"] == first["funded_by"]

    def take_back(self, draw: Draw) -> None:
        if not self.lines:
            return
        line = draw(st.sampled_from(self.lines))["line_id"]
        path, body = f"/support-lines/{line}/reversal", {"reason": "Rút trước khai mạc"}
        answer = self.wait_for(self.fair.call("POST", path, Role.ORGANISER, body))
        if line in self.taken_back:
            assert (answer.status_code, answer.json()["code"]) == (409, "not_reversible")
        else:
            assert answer.status_code == 201, answer.text
            self.taken_back.add(line)

    def merge(self, _draw: Draw) -> None:
        if self.verdict is None:
            kept = self.pair["first"]["vendor_id"]
            answer = self.wait_for(decide(self.fair, self.pair, "same", kept_vendor_id=kept))
            assert answer.is_success, answer.text
            self.verdict = "same"

    def separate(self, _draw: Draw) -> None:
        if self.verdict == "same":
            assert self.wait_for(separate(self.fair, self.pair)).is_success
            self.verdict = "different"

    def pay_nobody(self, _draw: Draw) -> None:
        assert self.wait_for(support(self.fair, str(uuid4()))).status_code in {404, 422}

    @invariant()
    def the_ledger_keeps_every_line_and_sums_to_what_stands(self) -> None:
        shown = self.wait_for(ledger(self.fair))
        entered = [line["line_id"] for line in shown if line["reverses_line_id"] is None]
        assert entered == [line["line_id"] for line in self.lines]
        assert {line["reverses_line_id"] for line in shown} - {None} == self.taken_back
        standing = [line for line in self.lines if line["line_id"] not in self.taken_back]
        assert sum(line["amount_vnd"] for line in shown) == AMOUNT * len(standing)

    @invariant()
    def only_a_merge_finds_lines_doubled_and_names_the_first(self) -> None:
        shown = {line["line_id"]: line["doubles_line_id"] for line in self.wait_for(ledger(self.fair))}
        for line in self.lines:
            first = self.first_for(line["vendor_id"], line["purpose"])
            stands = line["line_id"] not in self.taken_back and first is not None
            is_double = stands and first is not None and first["line_id"] != line["line_id"]
            assert shown[line["line_id"]] == (first["line_id"] if is_double and first else None)


async def test_the_ledger_keeps_to_its_states(make_harness: MakeHarness) -> None:
    await play(Ledger, make_harness, examples=10, steps=24)
