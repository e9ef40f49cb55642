"""The shared scenario clock: one instant in a file that all processes of the embedded system see.

The production build knows only the system clock; this one is handed in by ``launcher.serve``.
"""

import mmap
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIZE = 8
SCENARIO_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)


class ScenarioClock:
    """Tells the instant in the file, an int64 of microseconds since 1970; it stands still until somebody moves it."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            # Read and written as one native int64: a reader never sees half of a new instant.
            self._instant = memoryview(mmap.mmap(file.fileno(), SIZE, access=mmap.ACCESS_READ)).cast("q")

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._instant[0])


class ScenarioClockWriter:
    """Moves the instant, never backwards; a file that is there goes on from its instant."""

    def __init__(self, path: Path, start: datetime) -> None:
        if not path.exists() or path.stat().st_size != SIZE:
            path.write_bytes(microseconds(start).to_bytes(SIZE, sys.byteorder, signed=True))
        with path.open("r+b") as file:
            self._instant = memoryview(mmap.mmap(file.fileno(), SIZE)).cast("q")

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self._instant[0])

    def set(self, instant: datetime) -> None:
        """Move the clock on.

        Raises:
            ValueError: the clock would go back; it stays where it is.
        """
        if instant < self.now():
            raise ValueError(f"the scenario clock does not go back from {self.now()} to {instant}")
        self._instant[0] = microseconds(instant)


def microseconds(instant: datetime) -> int:
    """Return the microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)
