"""Whatever comes in whatever order, the log keeps its rules: hypothesis plays, the judge of the log judges."""

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.allocation.conftest import Fair, about, accepted, quota, street
from tests.factories import PAPER

from allocation.answers import handlers as answers
from allocation.offers.domain import Offer
from allocation.runs import handlers as runs
from allocation.runs import releasing
from allocation.runs.solver import solve
from common.contracts.base import LegalDocument
from common.contracts.registration import (
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
)
from common.errors import DomainError

NAMES = "abcdefgh"
STEPS = st.sampled_from(
    [
        "accept",
        "accept",
        "confirm",
        "confirm",
        "decline",
        "withdraw",
        "revoke",
        "wait",
        "suspend",
        "move",
        "cut",
        "grow",
    ]
)
STORIES = st.lists(st.tuples(STEPS, st.integers(0, len(NAMES) - 1)), min_size=5, max_size=25)


Answer = Callable[..., Awaitable[Offer]]


class Story:
    """Turns steps into commands and events that registration would let happen."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.known: list[str] = []
        self.gone: set[str] = set()
        self.suspended = False
        self.moves = 0

    async def do(self, step: str, number: int) -> None:
        name = NAMES[number]
        act = getattr(self, f"_{step}")
        await act(name, number)
        self.fair.harness.clock.set(self.fair.harness.clock.now() + timedelta(minutes=1))

    async def _accept(self, name: str, number: int) -> None:
        if name in self.known:
            return
        self.known.append(name)
        province = (None, "26", "01", "26")[number % 4]
        wanted = accepted(name, province=province, points=100 * (number % 3), booths_granted=1 + number % 5 // 4)
        await self.fair.harness.deliver(wanted)

    async def _answer(self, name: str, command: Answer) -> None:
        if name not in self.known:
            return
        place = await self.fair.place(name)
        if place.offer_id is None:
            return
        with suppress(DomainError):  # a late or second answer is refused
            await self.fair.harness.run(command, place.offer_id)

    async def _confirm(self, name: str, _number: int) -> None:
        await self._answer(name, answers.confirm_offer)

    async def _decline(self, name: str, _number: int) -> None:
        await self._answer(name, answers.decline_offer)

    async def _withdraw(self, name: str, _number: int) -> None:
        await self._leave(name, ApplicationWithdrawn)

    async def _revoke(self, name: str, _number: int) -> None:
        await self._leave(name, ApplicationRevoked)

    async def _leave(self, name: str, kind: type[ApplicationWithdrawn] | type[ApplicationRevoked]) -> None:
        if name in self.known and name not in self.gone:
            self.gone.add(name)
            await self.fair.harness.deliver(about(kind, name))

    async def _wait(self, _name: str, number: int) -> None:
        self.fair.harness.clock.set(self.fair.harness.clock.now() + timedelta(hours=20 * number))
        await self.fair.harness.run(answers.expire_due_offers, 200)

    async def _suspend(self, _name: str, _number: int) -> None:
        if not self.suspended:
            self.suspended = True
            await self.fair.harness.deliver(about(EditionSuspended))

    async def _move(self, _name: str, _number: int) -> None:
        self.suspended = False
        self.moves += 1
        day = f"2021-0{min(self.moves, 9)}-10"
        await self.fair.harness.deliver(about(EditionRescheduled, new={"from": day, "to": day}))

    async def _cut(self, _name: str, number: int) -> None:
        zones = [{"zone_code": "A", "capacity": 1 + number % 3}] if number % 2 else []
        await self.fair.harness.deliver(about(EditionCapacityChanged, booth_target=2, zones=zones))

    async def _grow(self, _name: str, _number: int) -> None:
        zones = [{"zone_code": "A", "capacity": 3}]
        await self.fair.harness.deliver(about(EditionCapacityChanged, booth_target=5, zones=zones))

    async def close(self) -> None:
        await self.fair.close()
        run = await self.fair.harness.run(runs.claim_run)
        if run is not None and run.seed is not None:
            await self.fair.harness.run(runs.complete_run, run.run_id, solve(run.input, run.seed, 10))
            await self.fair.explain()
            if not self.suspended:
                await self.fair.harness.run(releasing.release_run, run.run_id, LegalDocument.model_validate(PAPER))


@settings(
    max_examples=int(os.environ.get("ALLOCATION_STORIES", "10")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=STORIES,
    after=STORIES,
    policy=st.sampled_from(["first_come", "optimal_at_close"]),
    quotas=st.sampled_from(
        [
            [],
            [quota("province:26", floor=1, ceiling=2)],
            [quota("country:foreign", floor=1), quota("region:red_river_delta", ceiling=3)],
        ]
    ),
    end=st.sampled_from(["", "ended", "cancelled"]),
)
async def test_the_log_keeps_its_rules_at_every_position(
    make_harness: Callable[..., Any],
    before: list[tuple[str, int]],
    after: list[tuple[str, int]],
    policy: str,
    quotas: list[dict[str, Any]],
    end: str,
):
    async with make_harness("allocation") as harness:
        fair = Fair(harness)
        await fair.open([*street(3, "A"), *street(2, "B")], booth_target=5, allocation_policy=policy, quotas=quotas)
        story = Story(fair)
        for step, number in before:
            await story.do(step, number)
        await story.close()
        for step, number in after:
            await story.do(step, number)
        if end == "ended":
            await harness.deliver(about(EditionStarted), about(EditionEnded))
        elif end == "cancelled":
            await harness.deliver(about(EditionCancelled))
        assert await fair.violations() == []
        told = await fair.told()
        await harness.deliver_all_again()
        assert await fair.told() == told
