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
        self._path, self._shared = path, _share(path)
        self._ahead: dict[str, tuple[memoryview, timedelta]] = {}
        self._offset = BEGIN - datetime.fromtimestamp(time.monotonic(), UTC)
        self.tick()

    def now(self, service: str = "") -> datetime:
        """Return the instant; with a service that which its process sees, whose clock may run ahead."""
        ahead = self._ahead[service][1] if service in self._ahead else timedelta(0)
        return datetime.fromtimestamp(time.monotonic(), UTC) + self._offset + ahead

    def tick(self) -> None:
        """Bring the files to the present instant."""
        self._shared[0] = _microseconds(self.now())
        for service, (shared, _) in self._ahead.items():
            shared[0] = _microseconds(self.now(service))

    def run_ahead(self, service: str, by: timedelta) -> Path:
        """Let there be another file for a service's process, so much ahead; return it."""
        path = self._path.with_name(f"clock-of-{service}")
        self._ahead[service] = _share(path), by
        self.tick()
        return path

    def run_right(self, service: str) -> None:
        """The service's next process sees the round's instant again."""
        self._ahead.pop(service, None)

    def jump(self, by: timedelta) -> None:
        """Move the instant; all services see it at once."""
        self._offset += by
        self.tick()

    def to_morning(self, days: int) -> None:
        """Move to nine in the morning so many days later: people are written to by day."""
        wanted = self.now().replace(hour=BEGIN.hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
        self.jump(wanted - self.now())


def _share(path: Path) -> memoryview:
    path.write_bytes(bytes(8))
    with path.open("r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), 8)).cast("q")


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
