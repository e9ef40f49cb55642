"""``make soak``: memory under a steady load for as long as wanted; how large each service is, told at intervals.

So many dossiers a minute are handed in, accepted and read again, fair after fair, and the clock goes on meanwhile, so that
timers run as in production. The load does not grow faster than a slow machine takes it in; then it says by how much it fell
short.
"""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from time import monotonic

from tests.bench.fairs import MORNING, Fair, open_doors, open_fair
from tests.bench.replay import resident_mb

from common.tokens import Role
from launcher.system import EmbeddedSystem
from scenario.doors.system import System

SERVICES = ("registration", "allocation", "notifications", "reporting")
BOOTHS = 50
AT_ONCE = 4
CLOCK_SECONDS = 1.0


@dataclass
class Load:
    """Dossiers a minute until a time, and how many were taken in."""

    doors: System
    pace: float
    until: float
    taken: int = 0

    async def play(self) -> None:
        """Open fairs and have their booths applied for, at the pace, a few at once."""
        gate, began = asyncio.Semaphore(AT_ONCE), monotonic()
        async with asyncio.TaskGroup() as group:
            for number in count():
                fair = await open_fair(self.doors, number, BOOTHS)
                for place in range(BOOTHS):
                    await asyncio.sleep(began + (number * BOOTHS + place) * 60 / self.pace - monotonic())
                    await gate.acquire()
                    if monotonic() > self.until:
                        return
                    group.create_task(self._apply(fair, place)).add_done_callback(lambda _: gate.release())

    async def _apply(self, fair: Fair, place: int) -> None:
        await fair.accept(await fair.apply(place))
        await self.doors.get(f"/reporting/editions/{fair.edition_id}/figures", Role.ORGANISER)
        self.taken += 1


@dataclass
class Sizes:
    """Megabytes of each service, look by look."""

    looks: list[dict[str, int]] = field(default_factory=list[dict[str, int]])

    def look(self, system: EmbeddedSystem) -> dict[str, int]:
        self.looks.append({name: resident_mb(system.processes[name].pid) for name in SERVICES})
        return self.looks[-1]

    def quarters(self, name: str) -> list[int]:
        """Return a service's median size in each quarter of the looks."""
        sizes = [look[name] for look in self.looks]
        bounds = [len(sizes) * quarter // 4 for quarter in range(5)]
        return [round(median(sizes[begin : max(end, begin + 1)])) for begin, end in pairwise(bounds)]


@asynccontextmanager
async def _clock_goes_on(doors: System) -> AsyncGenerator[None]:
    """Move the clock with the time that passes."""
    began = monotonic()

    async def go_on() -> None:
        while True:
            doors.set_clock(MORNING + timedelta(seconds=monotonic() - began))
            await asyncio.sleep(CLOCK_SECONDS)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def soak(folder: Path, minutes: float, pace: float, every: float, tell: Callable[[str], None]) -> Sizes:
    """Load a system for some minutes; tell and return how large its services are, before and after every so many seconds."""
    sizes = Sizes()
    async with EmbeddedSystem(folder, scenario_clock=folder / "clock", durable=False) as system:
        doors = open_doors(system)
        began = monotonic()
        load = Load(doors, pace, began + minutes * 60)
        async with _clock_goes_on(doors):
            playing = asyncio.create_task(load.play())
            while True:
                at, done = (monotonic() - began) / 60, playing.done()
                told = ", ".join(f"{name} {size}" for name, size in sizes.look(system).items())
                tell(f"{at:6.1f} min, {load.taken:6} dossiers: {told} MB")
                if done:
                    break
                await asyncio.wait([playing], timeout=every)
            await playing
        await doors.close()
    tell(f"{load.taken} of {pace * minutes:.0f} dossiers; medians of each quarter of the time:")
    for name in SERVICES:
        tell(f"  {name}: {' → '.join(map(str, sizes.quarters(name)))} MB")
    return sizes


def main() -> None:
    """Read the command line, load and tell."""
    parser = argparse.ArgumentParser(prog="tests.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="how long")
    parser.add_argument("--pace", type=float, default=60, help="dossiers a minute")
    parser.add_argument("--every", type=float, default=60, help="seconds between two looks")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="ocop-soak-", ignore_cleanup_errors=True) as name:
        asyncio.run(
            soak(Path(name), options.minutes, options.pace, options.every, lambda text: print(text, flush=True))  # noqa: T201  # for the person at the terminal
        )


if __name__ == "__main__":
    main()
