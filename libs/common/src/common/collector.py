"""Python's collector of cyclic garbage, set for processes that take in micro-batches."""

import asyncio
import ctypes
import gc
from contextlib import suppress

GIVE_BACK_SECONDS = 20.0


def calm_collector() -> None:
    """Let it look seldom, and never at what is there now: by default a micro-batch spends a third of its time in it."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


async def give_back_memory(seconds: float = GIVE_BACK_SECONDS) -> None:
    """Hand free memory back to the system now and again: glibc keeps what a busy moment took (malloc_trim(3)).

    Some five to ten megabytes a service; a C library that does not know the call is left alone.
    """
    trim = None
    with suppress(OSError, AttributeError):
        trim = ctypes.CDLL(None).malloc_trim
    while trim is not None:
        await asyncio.sleep(seconds)
        trim(0)
