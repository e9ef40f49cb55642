"""Timers: commands with a clock, on one replica at a time."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select

from common.clock import Clock
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork

log = structlog.get_logger(__name__)

BATCH = 200
TIDY_SECONDS = 5.0
"""So often at the most housekeeping is looked at, however fast the clock goes."""
TimedCommand = Callable[[UnitOfWork, int], Awaitable[int]]


@dataclass
class Timer:
    """A command that runs every interval of the clock; it takes a limit and returns how many things it did.

    ``tidies`` says that nobody waits for it: it removes what is no longer needed, and tells nothing to anyone.
    """

    name: str
    interval: timedelta
    command: TimedCommand
    tidies: bool = False
    last_run_at: datetime | None = None

    def is_due(self, now: datetime, *, follow: bool) -> bool:
        """Whether it is to run now; with ``follow`` what decides runs whenever the clock has moved, whatever the interval."""
        if self.last_run_at is None:
            return True
        return now > self.last_run_at if follow and not self.tidies else now >= self.last_run_at + self.interval


class Timers:
    """Runs a service's timers, one after the other."""

    def __init__(self, units: UnitsOfWork, clock: Clock, poll_seconds: float, *, follow: bool) -> None:
        self.timers: list[Timer] = []
        self._units = units
        self._clock = clock
        self._poll = poll_seconds
        self._follow = follow
        self._tidied_at = -math.inf

    def add(self, interval: timedelta, command: TimedCommand, *, tidies: bool = False) -> None:
        """Run a command every interval of the clock, under the name of its function."""
        self.timers.append(Timer(f"{command.__module__}.{command.__qualname__}", interval, command, tidies))

    async def run(self) -> None:
        """Look at the clock until cancelled; a failed command is logged and tried again at the next look."""
        while True:
            await self.look(time.monotonic())
            await asyncio.sleep(self._poll)

    async def look(self, at: float) -> None:
        """Run what is due; ``at`` is a moment of real time in seconds, by which housekeeping is held back."""
        await self._run_due([timer for timer in self.timers if not timer.tidies])
        if at >= self._tidied_at + TIDY_SECONDS:
            await self._run_due([timer for timer in self.timers if timer.tidies])
            self._tidied_at = at

    async def _run_due(self, timers: list[Timer]) -> None:
        for timer in timers:
            now = self._clock.now()
            if timer.is_due(now, follow=self._follow):
                await self._run(timer, now)

    async def _run(self, timer: Timer, now: datetime) -> None:
        try:
            while await self.run_once(timer) >= BATCH:
                pass
        except Exception:
            log.exception("timer_failed", timer=timer.name)
        else:
            timer.last_run_at = now

    async def run_once(self, timer: Timer) -> int:
        """Run a command once, in its own transaction, unless another replica runs it; return what it did."""
        async with self._units.begin() as uow:
            lock = func.pg_try_advisory_xact_lock(func.hashtextextended(timer.name, 0))
            if not await uow.session.scalar(select(lock)):
                return 0
            return await timer.command(uow, BATCH)
