"""Timers: commands with a clock, on one replica at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select

from common.clock import Clock
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork

log = structlog.get_logger(__name__)

BATCH = 200
TimedCommand = Callable[[UnitOfWork, int], Awaitable[int]]


@dataclass
class Timer:
    """A command that runs every interval of the clock; it takes a limit and returns how many things it did."""

    name: str
    interval: timedelta
    command: TimedCommand
    last_run_at: datetime | None = None

    def is_due(self, now: datetime, *, follow: bool) -> bool:
        """Whether it is to run now; with ``follow`` whenever the clock has moved, whatever the interval."""
        if self.last_run_at is None:
            return True
        return now > self.last_run_at if follow else now >= self.last_run_at + self.interval


class Timers:
    """Runs a service's timers, one after the other."""

    def __init__(self, units: UnitsOfWork, clock: Clock, poll_seconds: float, *, follow: bool) -> None:
        self.timers: list[Timer] = []
        self._units = units
        self._clock = clock
        self._poll = poll_seconds
        self._follow = follow

    def add(self, interval: timedelta, command: TimedCommand) -> None:
        """Run a command every interval of the clock, under the name of its function."""
        self.timers.append(Timer(f"{command.__module__}.{command.__qualname__}", interval, command))

    async def run(self) -> None:
        """Look at the clock until cancelled; a failed command is logged and tried again at the next look."""
        while True:
            for timer in self.timers:
                now = self._clock.now()
                if timer.is_due(now, follow=self._follow):
                    await self._run(timer, now)
            await asyncio.sleep(self._poll)

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
