"""Swaps among everything else that happens, played by hypothesis; a model says who holds what, the judge the rest."""

import os
from contextlib import suppress
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.allocation.conftest import EDITION, Fair, accepted, id_of, street
from tests.allocation.test_interleavings import NAMES, Story

from allocation.swaps import handlers, repository
from allocation.swaps.domain import Swap, SwapState
from common.contracts.allocation import BoothMoved
from common.errors import DomainError

STEPS = st.sampled_from(
    [
        "confirm",
        "confirm",
        "propose",
        "propose",
        "consent",
        "consent",
        "consent",
        "refuse",
        "withdraw",
        "decline",
        "cut",
    ]
)
STORIES = st.lists(st.tuples(STEPS, st.integers(0, 7), st.integers(0, 7)), min_size=8, max_size=30)


class SwapStory(Story):
    """Adds swaps; what must be after each consent is said by the model, a pair of places before it."""

    def __init__(self, fair: Fair) -> None:
        super().__init__(fair)
        self.swaps: list[Swap] = []

    async def booth_of(self, name: str) -> str:
        codes = (await self.fair.place(name)).booth_codes if name in self.known else ()
        return codes[0] if codes else "none"

    async def propose(self, one: int, other: int) -> None:
        codes = [await self.booth_of(NAMES[number]) for number in (one, other)]
        with suppress(DomainError):
            self.swaps.append(await self.fair.harness.run(handlers.propose_swap, EDITION, *codes))

    async def consent(self, which: int, side: int) -> None:
        if not self.swaps:
            return
        swap = self.swaps[which % len(self.swaps)]
        mine = (swap.one, swap.other)[side % 2]
        before = await self.holdings()
        moves = len(await self.fair.harness.emitted(BoothMoved))
        known = await self.state_of(swap)
        try:
            after = await self.fair.harness.run(handlers.consent, swap.swap_id, mine.application_id)
        except DomainError:
            assert await self.holdings() == before
            return
        is_done_now = after.state is SwapState.DONE and known is SwapState.PROPOSED
        one, other = swap.one.application_id, swap.other.application_id
        expected = {**before, one: before[other], other: before[one]} if is_done_now else before
        assert await self.holdings() == expected
        assert len(await self.fair.harness.emitted(BoothMoved)) == moves + 2 * is_done_now
        if is_done_now:
            assert (before[one], before[other]) == (swap.one.booth_codes, swap.other.booth_codes)

    async def refuse(self, which: int, side: int) -> None:
        if self.swaps:
            swap = self.swaps[which % len(self.swaps)]
            with suppress(DomainError):
                mine = (swap.one, swap.other)[side % 2]
                await self.fair.harness.run(handlers.refuse, swap.swap_id, mine.application_id)

    async def holdings(self) -> dict[UUID, tuple[str, ...]]:
        return {id_of(name): (await self.fair.place(name)).booth_codes for name in self.known}

    async def state_of(self, swap: Swap) -> SwapState:
        async with self.fair.harness.unit_of_work() as uow:
            return (await repository.get_swap(uow.session, swap.swap_id)).state


@settings(
    max_examples=int(os.environ.get("ALLOCATION_STORIES", "10")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STORIES)
async def test_whatever_happens_a_swap_moves_two_by_consent_of_both_or_nobody(make_harness: Any, steps: Any):
    async with make_harness("allocation") as harness:
        story = SwapStory(Fair(harness))
        await story.fair.open(street(6), booth_target=6)
        for number, name in enumerate(NAMES[:6]):
            story.known.append(name)
            await harness.deliver(accepted(name, booths_granted=2 if number == 5 else 1))
        for name in NAMES[:4]:
            await story.do("confirm", NAMES.index(name))
        for step, one, other in steps:
            if step in ("propose", "consent", "refuse"):
                await getattr(story, step)(one, other)
            else:
                await story.do(step, one)
        assert await story.fair.violations() == []
