"""The load of a round: generations of fairs, one after the other, each from its announcement to its end."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.faults.clients import Clients
from tests.faults.eventful_fair import EventfulFair
from tests.faults.fair import enter_agencies
from tests.faults.fates import fate_of
from tests.faults.stage import Stage

SIDE_BY_SIDE = 2
STILL = timedelta(days=4)  # an offer waits three days
GRACE = timedelta(hours=3)  # the booth of who is missing may be offered again after two
TIMERS_SECONDS = 3.0


@dataclass
class Workload:
    """Plays generations until it is told to stop; the one at work is then played to its end."""

    stage: Stage
    seed: int
    fairs: list[EventfulFair] = field(default_factory=list[EventfulFair])
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self.clients = Clients(self.stage, random.Random(self._dice.getrandbits(64)))

    async def run(self) -> None:
        """Play; the clock goes on by days between the acts, as a fair's life does."""
        try:
            await enter_agencies(self.clients)
            self.begun.set()
            while not self.stopping.is_set():
                await self._generation()
        finally:
            await self.clients.close()

    async def _generation(self) -> None:
        first = len(self.fairs) + 1
        fairs = [
            EventfulFair(
                self.clients, number, random.Random(self._dice.getrandbits(64)), fate=fate_of(number, self.seed)
            )
            for number in range(first, first + SIDE_BY_SIDE)
        ]
        self.fairs += fairs
        self.stage.history.note("generation", fairs=[fair.number for fair in fairs])
        opened = await asyncio.gather(*(fair.announce() for fair in fairs))
        fairs = [fair for fair, is_open in zip(fairs, opened, strict=True) if is_open]
        if not fairs:
            await asyncio.sleep(1)
            return
        await asyncio.gather(*(fair.apply() for fair in fairs))
        await asyncio.gather(*(fair.close() for fair in fairs))
        await asyncio.gather(*(fair.live_on() for fair in fairs if not fair.is_over))
        await self._go_on(fairs, STILL)
        self.stage.clock.jump(timedelta(hours=1))
        await asyncio.gather(*(fair.answer() for fair in fairs if not fair.is_over))
        await self._hold(fairs)
        if any(fair.is_suspended for fair in fairs):
            stopped = [fair for fair in fairs if fair.is_suspended]
            await self._go_on(stopped, timedelta(days=1))
            await asyncio.gather(*(fair.answer() for fair in stopped))
            await self._hold(stopped)
        self.stage.clock.to_morning(1)

    async def _go_on(self, fairs: Sequence[EventfulFair], after: timedelta) -> None:
        """Let suspended editions stand still for longer than an offer waits, and go on."""
        stopped = [fair for fair in fairs if fair.is_suspended]
        if stopped:
            self.stage.clock.jump(after)
            await asyncio.sleep(TIMERS_SECONDS)
            await asyncio.gather(*(fair.go_on() for fair in stopped))

    async def _hold(self, fairs: Sequence[EventfulFair]) -> None:
        """Go to the last of the first days, of which each is one of every fair's days, and hold them."""
        fairs = [fair for fair in fairs if not fair.is_over]
        if not fairs:
            return
        days = (max(fair.first_on for fair in fairs) - self.stage.clock.now().date()).days
        if days > 0:  # what was not answered has expired
            self.stage.clock.to_morning(days)
        await asyncio.gather(*(fair.hold() for fair in fairs))
        self.stage.clock.jump(GRACE)
        on = [fair for fair in fairs if not fair.is_suspended]
        await asyncio.gather(*(fair.look_again() for fair in on))
        await asyncio.gather(*(fair.command("end") for fair in on))
