"""A leader's term: it ends with the connection that holds the lock, or soon after the relay is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import asyncpg

LAST_TURN_SECONDS = 8.0  # for the turn that is in work when the relay is told to stop
GIVE_WAY_SECONDS = 3.0  # for a turn whose producer was dropped, and once more after it was cancelled


class StuckTurnError(TimeoutError):
    """A turn did not end with its producer, and was cancelled."""


async def lead_while_connected(
    connection: asyncpg.Connection,
    leading: Coroutine[Any, Any, None],
    stopping: asyncio.Event,
    drop_producer: Callable[[], Awaitable[None]],
) -> None:
    """Lead until told to stop or the connection ends: its lock is gone with it, and what waits for a broker must not go out.

    Raises:
        StuckTurnError: the turn in work did not end by itself.
    """
    ended = asyncio.Event()
    connection.add_termination_listener(lambda _: ended.set())
    task = asyncio.create_task(leading)
    lost, stopped = asyncio.create_task(ended.wait()), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({task, lost, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            await asyncio.wait({task, lost}, timeout=LAST_TURN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        task.cancel()
        raise
    finally:
        lost.cancel()
        stopped.cancel()
        if not task.done():
            await drop_producer()  # its deliveries fail, and that ends the turn
            await _end(task)
    if task.cancelled() or not task.done():
        raise StuckTurnError("the turn in work did not end with its producer")
    await task


async def _end(task: asyncio.Task[None]) -> None:
    """Give a turn a moment; what waits for anything else than its deliveries is cancelled (aiokafka for a producer id)."""
    await asyncio.wait({task}, timeout=GIVE_WAY_SECONDS)
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=GIVE_WAY_SECONDS)
