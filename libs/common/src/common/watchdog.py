"""Liveness by progress: a consumer that is stuck ends its process, since nothing inside it would heal it."""

import asyncio
import os
import signal
from collections.abc import Callable
from time import monotonic

import structlog

from common.delivery.consuming import Consumer
from common.kafka.broker import Subscriber
from common.kafka.watch import BrokerWatch

log = structlog.get_logger(__name__)

EXIT_CODE = 70
TICK_SECONDS = 1.0
TELL_SECONDS = 10.0


class Watchdog:
    """Watches the loop's tick, the assignment of partitions, progress while records wait, and the relay.

    A wait for a broker, database or feed that is down counts as life: a restart would not heal it.
    """

    def __init__(
        self,
        consumer: Consumer,
        subscriber: Subscriber | None,
        broker: BrokerWatch,
        limit_seconds: float,
        trouble: Callable[[], str] = lambda: "",
    ) -> None:
        self._trouble = trouble
        self._consumer = consumer
        self._broker = broker
        self._subscriber = subscriber
        self._limit = limit_seconds
        self._tick = self._assigned = self._moved = monotonic()
        self._progress = 0
        self.tripped = ""

    def is_alive(self) -> bool:
        """Whether nothing has tripped it and the loop has ticked within the limit."""
        return not self.tripped and monotonic() - self._tick < self._limit

    def look(self) -> str:
        """Look once; return what is wrong, or nothing."""
        now = monotonic()
        self._tick = now
        subscriber = self._subscriber
        if subscriber is None or subscriber.assigned() or self._broker.problem:
            self._assigned = now
        if self._consumer.progress != self._progress or self._consumer.waiting or not self._records_wait():
            self._progress, self._moved = self._consumer.progress, now
        if now - self._assigned > self._limit:
            return "no partition was assigned"
        if now - self._moved > self._limit:
            return "records wait and none is taken in"
        return self._trouble()

    async def run(self) -> None:
        """Look every second; on trouble ask the process to stop, and end it if it does not."""
        told = monotonic()
        while not self.tripped:
            await asyncio.sleep(TICK_SECONDS)
            self.tripped = self.look()
            if self._subscriber is not None and monotonic() - told > TELL_SECONDS:
                told = monotonic()
                await self._tell_backlog(self._subscriber)
        log.critical("watchdog_ends_process", why=self.tripped)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(30)
        os._exit(EXIT_CODE)

    async def _tell_backlog(self, subscriber: Subscriber) -> None:
        """Tell what waits, for a second at most: this task has more to watch over."""
        try:
            async with asyncio.timeout(TICK_SECONDS):
                await subscriber.tell_backlog()
        except TimeoutError:
            log.warning("backlog_not_known")

    def _records_wait(self) -> bool:
        return self._subscriber is not None and self._subscriber.behind() > 0
