"""State machines played on a real service: hypothesis chooses the steps in a thread, the service answers on the test's loop."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from tests.harness import Harness

R = TypeVar("R")
Draw = Callable[..., Any]
MakeHarness = Callable[..., Any]
PATIENCE = 120


class Machine(RuleBasedStateMachine):
    """Steps on one service whose tables are empty at the beginning; ``wait_for`` does what is asynchronous."""

    service: ClassVar[str]
    steps: ClassVar[Sequence[str]]
    """The methods that are steps, each as often as it is to be likely; one that cannot be done now does nothing."""
    settings: ClassVar[Mapping[str, Any]] = {}
    loop: ClassVar[asyncio.AbstractEventLoop]
    make_harness: ClassVar[MakeHarness]

    def __init__(self) -> None:
        super().__init__()
        self._opened = AsyncExitStack()
        harness = self._opened.enter_async_context(type(self).make_harness(self.service, **self.settings))
        self.harness: Harness = self.wait_for(harness)
        self.wait_for(self.begin())

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Do one step. They are no rules of their own: of rules hypothesis leaves some out of each play, and none would get far."""
        getattr(self, data.draw(st.sampled_from(self.steps), label="step"))(data.draw)

    async def begin(self) -> None:
        """Make what there is before the first step."""

    async def judge(self) -> None:
        """Look at the whole once the last step is done."""

    def wait_for(self, step: Coroutine[Any, Any, R]) -> R:
        """Do a step on the loop of the test and return what it returns, or raise what it raises."""
        return asyncio.run_coroutine_threadsafe(step, self.loop).result(PATIENCE)

    def teardown(self) -> None:
        try:
            self.wait_for(self.judge())
        finally:
            self.wait_for(self._opened.aclose())


async def play(kind: type[Machine], make_harness: MakeHarness, *, examples: int, steps: int) -> None:
    """Play a machine: the same steps each time, so that what fails here fails everywhere."""
    played = type(
        kind.__name__, (kind,), {"loop": asyncio.get_running_loop(), "make_harness": staticmethod(make_harness)}
    )
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        print_blob=False,
    )
    await asyncio.to_thread(run_state_machine_as_test, played, settings=wanted)
