"""The round's clock: it goes on as time does, and jumps where a fault or the story wants it, backwards too."""

import mmap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGIN = datetime(2020, 7, 14, 2, 0, tzinfo=UTC)  # nine in the morning in Hanoi


class RoundClock:
    """Writes the instant into the file that the services of a scenario read (``launcher.scenario_clock``)."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._shared = memoryview(mmap.mmap(file.fileno(), 8)).cast("q")
        self._offset = BEGIN - datetime.fromtimestamp(time.monotonic(), UTC)
        self.tick()

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.monotonic(), UTC) + self._offset

    def tick(self) -> None:
        """Bring the file to the present instant."""
        self._shared[0] = (self.now() - EPOCH) // timedelta(microseconds=1)

    def jump(self, by: timedelta) -> None:
        """Move the instant; all services see it at once."""
        self._offset += by
        self.tick()

    def to_morning(self, days: int) -> None:
        """Move to nine in the morning so many days later: people are written to by day."""
        wanted = self.now().replace(hour=BEGIN.hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
        self.jump(wanted - self.now())
