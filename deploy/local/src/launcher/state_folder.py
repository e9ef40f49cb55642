"""The folder that keeps everything of one embedded system; one launcher at a time may use it."""

import errno
import fcntl
import json
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class StateInUseError(Exception):
    """Another launcher uses the folder."""


class StateUnusableError(Exception):
    """The folder, or a file that it keeps, cannot be used; the message says in both languages what to do."""


@contextmanager
def told_when_unusable(state: Path) -> Generator[None]:
    """Tell what keeps the folder from being used while it is; other failures of files go on as they are.

    Raises:
        StateUnusableError: it is no folder, may not be written, or its disk is full.
    """
    try:
        yield
    except OSError as error:
        place = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
        if error.errno not in FULL and (place is None or not place.absolute().is_relative_to(state.absolute())):
            raise
        raise StateUnusableError(
            f"không dùng được thư mục trạng thái {state}: hãy chọn thư mục khác bằng --state, hoặc cho phép ghi và còn chỗ / "
            f"cannot use the state folder {state} ({place or ''}: {error.strerror}): name another with --state, or let it be "
            "written and have space"
        ) from error


class StateFolder:
    """Where things lie in the state folder."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
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
