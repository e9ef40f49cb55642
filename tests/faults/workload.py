"""The load of a round: generations of fairs, one after the other, each from its announcement to its end."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta

from tests.faults.clients import Clients
from tests.faults.fair import Fair, enter_agencies
from tests.faults.stage import Stage

SIDE_BY_SIDE = 2


@dataclass
class Workload:
    """Plays generations until it is told to stop; the one at work is then played to its end."""

    stage: Stage
    seed: int
    fairs: list[Fair] = field(default_factory=list[Fair])
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
            Fair(self.clients, first + place, random.Random(self._dice.getrandbits(64)))
            for place in range(SIDE_BY_SIDE)
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
        await asyncio.gather(*(fair.answer() for fair in fairs))
        self.stage.clock.jump(timedelta(hours=1))
        await asyncio.gather(*(fair.answer() for fair in fairs))
        self.stage.clock.to_morning(10)  # what was not answered has expired; it is the first day
        await asyncio.gather(*(fair.hold() for fair in fairs))
        self.stage.clock.to_morning(1)
