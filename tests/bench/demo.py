"""The default scenario, timed, with the largest resident size of each service and the seconds of each pass."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any, Self

import psutil

from scenario.demo import play_embedded
from scenario.reading.folder import read_scenario
from scenario.showing import Screen

SERVICES = ("registration", "allocation", "notifications", "reporting")


class Watcher:
    """Samples the processes below this one until it is told to stop."""

    def __init__(self) -> None:
        self.resident_mb: dict[str, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            for process in psutil.Process().children(recursive=True):
                self._look(process)

    def _look(self, process: psutil.Process) -> None:
        try:
            words = process.cmdline()
            size = process.memory_info().rss // 1024 // 1024
        except psutil.Error:
            return
        for name in SERVICES:
            if words[-1:] == [name] and "launcher.serve" in words:
                self.resident_mb[name] = max(size, self.resident_mb.get(name, 0))


def measure(scenario: Path, folder: Path) -> dict[str, Any]:
    """Return seconds of set-up and story together, and megabytes by service."""
    began = time.perf_counter()
    with Watcher() as watcher:
        asyncio.run(play_embedded(read_scenario(scenario), folder / "out", folder / "state", Screen()))
    return {"seconds": time.perf_counter() - began, "resident_mb": watcher.resident_mb}
