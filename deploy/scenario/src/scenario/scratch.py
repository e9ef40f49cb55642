"""Where the state of a play lies, which is thrown away at its end: in memory, where there is room for it."""

import fcntl
import os
import shutil
import stat
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY, KNOWN_BY = Path("/dev/shm"), Path("/proc/meminfo")  # noqa: S108  # not guessed: each play has a folder of its own
ROOM_BYTES = 1024**3
"""The default scenario leaves some 300 MB."""
AVAILABLE_BYTES = 4 * 1024**3
"""What must be left of the machine's memory: services, database and solvers take some 1.5 GB."""
PREFIX, LOCK = "ocop-", "playing"
YOUNG_SECONDS = 60.0


@contextmanager
def scratch_folder(
    environment: Mapping[str, str] = os.environ, memory: Path = MEMORY, known_by: Path = KNOWN_BY
) -> Generator[Path]:
    """Give a folder for one play, and remove it at its end; what killed plays left in memory goes as well."""
    place = choose_place(environment, memory, known_by)
    if place is not None:
        sweep(place)
    with TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True) as name, ExitStack() as held:
        if place is not None:  # other file systems may have no locks, and need none
            lock = held.enter_context(Path(name, LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def choose_place(
    environment: Mapping[str, str], memory: Path, known_by: Path = KNOWN_BY, room: int = ROOM_BYTES
) -> Path | None:
    """Return the folder that is kept in memory; None for the usual one: where TMPDIR names it, or room is short."""
    if "TMPDIR" in environment or not os.access(memory, os.W_OK | os.X_OK):
        return None
    has_room = shutil.disk_usage(memory).free >= room and _available(known_by) >= AVAILABLE_BYTES
    return memory if has_room else None


def _available(known_by: Path) -> int:
    """Return the bytes of memory that are free or would be at once; 0 where the system does not tell."""
    with suppress(OSError, ValueError):
        for line in known_by.read_text().splitlines():
            name, _, size = line.partition(":")
            if name == "MemAvailable":
                return int(size.split()[0]) * 1024
    return 0


def sweep(place: Path) -> None:
    """Remove the folders of one's own plays that were killed; one that goes on holds its lock."""
    for lock in place.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):
            known = lock.lstat()
            is_ours = known.st_uid == os.getuid() and stat.S_ISREG(known.st_mode)
            if is_ours and time.time() - known.st_mtime > YOUNG_SECONDS:
                _remove_unless_held(lock)


def _remove_unless_held(lock: Path) -> None:
    """Remove a play's folder; raises BlockingIOError where it goes on."""
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(lock.parent, ignore_errors=True)
