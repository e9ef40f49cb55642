"""The scenario clock where services share no file: one stage holds the instant, each service follows it over HTTP.

A follower asks for what comes after the instant that it has; by asking again it confirms the one before. The stage
answers who moved the clock only when every follower has confirmed, or has stopped asking.
"""

import asyncio
import http.client
import json
import threading
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from launcher.scenario_clock import EPOCH, ScenarioClockWriter, microseconds

HOLD_SECONDS = 20.0
CONFIRM_SECONDS = 3.0
AGAIN_SECONDS = 0.2


class FollowedClock:
    """Tells the stage's instant; a thread of its own follows it."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._name = uuid4().hex
        self._micros = -1
        ready = threading.Event()
        threading.Thread(target=self._follow, args=(ready,), daemon=True, name="clock").start()
        if not ready.wait(60):
            raise TimeoutError(f"no clock at {url}")

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._micros)

    def _follow(self, ready: threading.Event) -> None:
        while True:
            connection = http.client.HTTPConnection(self._address, timeout=HOLD_SECONDS + 10)
            try:
                while True:
                    connection.request("GET", f"/clock?follower={self._name}&after={self._micros}")
                    self._micros = int(json.loads(connection.getresponse().read())["microseconds"])
                    ready.set()
            except (OSError, ValueError, KeyError, http.client.HTTPException):
                time.sleep(AGAIN_SECONDS)  # the stage is away for a moment: the instant stands still
            finally:
                connection.close()


class ClockDesk:
    """The stage's side: holds the instant, and knows how far each follower is."""

    def __init__(self, clock: ScenarioClockWriter) -> None:
        self._clock = clock
        self._moved = asyncio.Condition()
        self._confirmed: dict[str, int] = {}

    @property
    def micros(self) -> int:
        return microseconds(self._clock.now())

    async def next(self, follower: str, after: int) -> int:
        """Return the instant once it is later than ``after``, or after a while as it is."""
        async with self._moved:
            self._confirmed[follower] = after
            self._moved.notify_all()
            try:
                async with asyncio.timeout(HOLD_SECONDS):
                    await self._moved.wait_for(lambda: self.micros > after)
            except TimeoutError:
                pass
            return self.micros

    async def set(self, instant: datetime) -> None:
        """Move the clock on, and wait until every follower has it; who does not answer is forgotten.

        Raises:
            ValueError: the clock would go back.
        """
        async with self._moved:
            self._clock.set(instant)
            self._moved.notify_all()
            try:
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await self._moved.wait_for(lambda: not self._behind())
            except TimeoutError:
                for name in self._behind():
                    del self._confirmed[name]

    def _behind(self) -> list[str]:
        return [name for name, micros in self._confirmed.items() if micros < self.micros]
