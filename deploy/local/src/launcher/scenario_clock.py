"""The shared scenario clock: one instant in a file that all processes of the embedded system see.

The production build knows only the system clock; this one is handed in by ``launcher.serve``.
"""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FORM = struct.Struct("<q")


class ScenarioClock:
    """Reads the instant; it stands still until the scenario moves it."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), FORM.size, access=mmap.ACCESS_READ)

    def now(self) -> datetime:
        microseconds: int = FORM.unpack_from(self._memory)[0]
        return EPOCH + timedelta(microseconds=microseconds)


class ScenarioClockWriter:
    """Moves the instant, never backwards."""

    def __init__(self, path: Path, start: datetime) -> None:
        path.write_bytes(FORM.pack(_microseconds(start)))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), FORM.size)

    def now(self) -> datetime:
        microseconds: int = FORM.unpack_from(self._memory)[0]
        return EPOCH + timedelta(microseconds=microseconds)

    def set(self, instant: datetime) -> None:
        """Move the clock on; an earlier instant is a mistake of the story.

        Raises:
            ValueError: the clock would go back.
        """
        if instant < self.now():
            raise ValueError(f"the scenario clock does not go back from {self.now()} to {instant}")
        FORM.pack_into(self._memory, 0, _microseconds(instant))


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
