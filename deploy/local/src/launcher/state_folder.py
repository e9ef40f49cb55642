"""The folder that keeps everything of one embedded system; one launcher at a time may use it."""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO


class StateInUseError(Exception):
    """Another launcher uses the folder."""


class StateFolder:
    """Where things lie in the state folder."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path.resolve()
        self.database = self.path / "postgres" / "data"
        self.evidence = self.path / "evidence"
        self.keys = self.path / "keys.json"
        self.mail = self.path / "mail"
        self.logs = self.path / "logs"
        self.running = self.path / "running.json"
        self._lock: TextIO | None = None

    @property
    def is_new(self) -> bool:
        """Whether no system ever kept anything here."""
        return not (self.database / "PG_VERSION").exists()

    def lock(self) -> None:
        """Take the folder for this process until it ends or unlocks it.

        Raises:
            StateInUseError: somebody else has it; the message says who.
        """
        lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise StateInUseError(f"a launcher (process {holder}) already uses {self.path}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        self.logs.mkdir(exist_ok=True)

    def unlock(self) -> None:
        """Let others have the folder."""
        self.running.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def record(self, url: str, pids: Mapping[str, int]) -> None:
        """Write down what runs, for people and for ``launcher token``."""
        content = {"url": url, "launcher": os.getpid(), "processes": dict(pids)}
        self.running.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
