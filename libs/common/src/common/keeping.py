"""Keeps the tasks of a service going to its end: what fails is logged and begun anew."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from common.delivery.consuming import Consumer
from common.delivery.relay import Relay

log = structlog.get_logger(__name__)


async def keep_relaying(relay: Relay) -> None:
    """Relay until it is told to stop; a relay that ended otherwise would leave the service half-working, unseen."""
    while True:
        try:
            await relay.run()
        except Exception:
            log.exception("relay_failed")
            await asyncio.sleep(1)
        else:
            return


async def keep_running(name: str, work: Callable[[], Awaitable[None]], is_over: Callable[[], bool]) -> None:
    """Start a worker again whenever it ends; one that answers its cancellation with an error would never end."""
    failures = 0
    while not is_over():
        try:
            await work()
        except Exception:
            failures += 1
            log.exception("worker_failed", worker=name, failures=failures)
        await asyncio.sleep(min(0.1 * 2 ** min(failures, 6), 5))


async def keep_reconciling(consumer: Consumer, turn: asyncio.Lock, every_seconds: float) -> None:
    """Hold the memory against the owners' numbers soon after the start, and then now and again; never ends by itself."""
    wait = min(10.0, every_seconds)
    while True:
        await asyncio.sleep(wait)
        wait = every_seconds
        try:
            await consumer.reconcile(turn)
        except Exception as error:  # noqa: BLE001  # the next round tries again; a feed may be down for long
            log.warning("reconcile_failed", error=type(error).__name__, detail=str(error)[:200])
