"""Whatever happened and whenever the database goes back: all is as it was, nobody hears of it, and the log keeps its rules."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.allocation.conftest import EDITION, Fair, quota, street
from tests.allocation.forgetting import Backup, read_street
from tests.allocation.lapses.test_handlers import lapsed
from tests.allocation.test_interleavings import NAMES, STEPS, Story

from allocation.swaps import handlers as swaps
from common.errors import DomainError

Steps = Sequence[tuple[str, int]]
STORIES = st.lists(
    st.tuples(STEPS | st.sampled_from(["lapse", "swap", "grow_plan"]), st.integers(0, len(NAMES) - 1)), max_size=12
)


class LongerStory(Story):
    """A story in which certificates lapse too, holders swap, and the street is planned anew."""

    booths = 5

    async def _lapse(self, name: str, number: int) -> None:
        if name in self.known and name not in self.gone:
            await self.fair.harness.deliver(lapsed(name, 50 * (number % 3)))

    async def _swap(self, name: str, number: int) -> None:
        other = NAMES[(number + 1) % len(NAMES)]
        if {name, other} <= set(self.known):
            held = [(await self.fair.place(each)).booth_codes for each in (name, other)]
            if all(held):
                with suppress(DomainError):
                    swap = await self.fair.harness.run(swaps.propose_swap, EDITION, held[0][0], held[1][0])
                    for side in (swap.one, swap.other):
                        await self.fair.harness.run(swaps.consent, swap.swap_id, side.application_id)

    async def _grow_plan(self, _name: str, _number: int) -> None:
        self.booths += 1
        await self.fair.publish([*street(3, "A"), *street(self.booths - 3, "B")])


@settings(
    max_examples=int(os.environ.get("RESTORE_STORIES", "10")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=STORIES,
    since=STORIES,
    after=STORIES,
    closes=st.sampled_from(["never", "before", "since"]),
    policy=st.sampled_from(["first_come", "optimal_at_close"]),
    quotas=st.sampled_from(
        [
            [],
            [quota("province:26", floor=1, ceiling=2)],
            [quota("country:foreign", floor=1), quota("region:red_river_delta", ceiling=3)],
        ]
    ),
)
async def test_a_restore_at_any_moment_changes_nothing_and_goes_on_by_the_rules(
    make_harness: Callable[..., Any],
    service_database: Callable[[str], tuple[str, str]],
    before: Steps,
    since: Steps,
    after: Steps,
    closes: str,
    policy: str,
    quotas: list[dict[str, Any]],
):
    async with make_harness("allocation") as harness:
        fair = Fair(harness)
        await fair.open([*street(3, "A"), *street(2, "B")], booth_target=5, allocation_policy=policy, quotas=quotas)
        story, backup = LongerStory(fair), Backup(fair, service_database("allocation")[1])
        await play(story, before, closes=closes == "before")
        await backup.take()
        await play(story, since, closes=closes == "since")
        lost, told = await read_street(fair), await fair.told()
        await backup.go_back()
        assert await read_street(fair) == lost
        assert await fair.told() == told
        await play(story, after, closes=False)
        assert await fair.violations() == []


async def play(story: Story, steps: Steps, *, closes: bool) -> None:
    for step, number in steps:
        await story.do(step, number)
    if closes:
        await story.close()
