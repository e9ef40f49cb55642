"""Unmaps what a process has read of its libraries and needs no more: code that ran once, most of it while the service started.

That is a tenth of what a service holds. The pages stay in the system's cache, shared with the other services and taken when
something else needs room; what is needed again is mapped again, at some microseconds for each 64 KiB.
"""

import ctypes
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

MAPS = Path("/proc/self/smaps")
MADV_DONTNEED = 4  # madvise(2)
# A page that somebody has written to is in no file any more (it is anonymous, or swapped out): it would come back as the file
# has it. The loader writes to some mappings before they may only be read, so the rights alone do not tell.
UNCHANGED = re.compile(
    r"^(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) r-[-x]p [0-9a-f]+ [0-9a-f:]+ [1-9]\d* .*\n(?:[A-Z].*\n)*?Anonymous: +0 kB\n"
    r"(?:[A-Z].*\n)*?Swap: +0 kB",
    re.MULTILINE,
)

Mapping = tuple[int, int]
"""Its address, and its length in bytes."""


def unmap_code(seen_before: Collection[Mapping] = ()) -> list[Mapping]:
    """Unmap what came from files, is unchanged, and was so at the look before; return what is so now.

    Between a look and the call another thread may load a library, whose mappings are not yet what they will be. Elsewhere than
    on Linux nothing is found.
    """
    with suppress(OSError, AttributeError):
        madvise = ctypes.CDLL(None).madvise
        madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        unchanged = list(find_unchanged(MAPS.read_text()))
        for start, size in set(unchanged).intersection(seen_before):
            madvise(start, size, MADV_DONTNEED)
        return unchanged
    return []


def find_unchanged(maps: str) -> Iterator[Mapping]:
    """Yield address and length of each mapping of a file that is private, read-only and unchanged, as ``/proc/PID/smaps`` tells (proc(5))."""
    for found in UNCHANGED.finditer(maps):
        start, end = (int(found[name], 16) for name in ("start", "end"))
        yield start, end - start
