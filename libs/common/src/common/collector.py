"""Python's collector of cyclic garbage, set for processes that take in micro-batches."""

import asyncio
import ctypes
import gc
from contextlib import suppress

from common.code_pages import unmap_code

GIVE_BACK_SECONDS = 20.0
KEPT_BYTES = 256 * 1024 * 1024
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def calm_collector() -> None:
    """Let it look seldom, and never at what is there now: by default a micro-batch spends a third of its time in it."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def keep_memory() -> None:
    """Keep free memory for what comes next, for processes that take in one large piece after the other (mallopt(3)).

    By default glibc fetches each from the system and hands it back: a tenth of the time that reading histories takes.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)


async def give_back_memory(seconds: float = GIVE_BACK_SECONDS) -> None:
    """Hand free memory back to the system now and again: glibc keeps what a busy moment took (malloc_trim(3)).

    Cyclic garbage goes first: a calm collector would let it grow for hours, by a megabyte a minute under a steady load. A
    look takes some 10 ms, since what was there at the start is left out. A C library that does not know the call is left alone.
    Code that ran once goes as well.
    """
    trim = None
    with suppress(OSError, AttributeError):
        trim = ctypes.CDLL(None).malloc_trim
    unchanged = unmap_code()
    while True:
        await asyncio.sleep(seconds)
        gc.collect()
        if trim is not None:
            trim(0)
        unchanged = unmap_code(unchanged)
