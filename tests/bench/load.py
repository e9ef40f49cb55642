"""Memory under load: fair after fair is applied for and allocated; how large each service is at the start and after."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.fairs import Fair, open_doors, open_fair
from tests.bench.replay import resident_mb

from launcher.system import EmbeddedSystem
from scenario.doors.system import System

SERVICES = ("registration", "allocation", "notifications", "reporting")
BOOTHS = 50
CLIENTS = 4


@dataclass
class Sizes:
    """Megabytes by service: before the load, after the first fair, halfway, at the end; and how many booths that were."""

    resident_mb: dict[str, list[int]] = field(default_factory=lambda: {name: list[int]() for name in SERVICES})
    booths: int = 0

    def look(self, system: EmbeddedSystem) -> None:
        for name in SERVICES:
            self.resident_mb[name].append(resident_mb(system.processes[name].pid))


async def _fill(fair: Fair, numbers: Sequence[int]) -> None:
    for number in numbers:
        await fair.accept(await fair.apply(number))


async def _play(doors: System, number: int) -> None:
    """Have every booth of a fair applied for by some clients side by side."""
    fair = await open_fair(doors, number, BOOTHS)
    await asyncio.gather(*(_fill(fair, range(first, BOOTHS, CLIENTS)) for first in range(CLIENTS)))


async def measure(folder: Path, minutes: float) -> Sizes:
    """Return the sizes over some minutes of load."""
    state, sizes = folder / "load", Sizes()
    state.mkdir()
    async with EmbeddedSystem(state, scenario_clock=state / "clock", durable=False) as system:
        doors = open_doors(system)
        sizes.look(system)
        ends = time.monotonic() + minutes * 60
        marks = [0.0, ends - minutes * 30, ends]
        for number in range(100):
            await _play(doors, number)
            sizes.booths += BOOTHS
            if time.monotonic() >= marks[0]:
                marks.pop(0)
                sizes.look(system)
            if not marks:
                break
        await doors.close()
    return sizes
