"""Secrets that outlive a run: one JSON file that its owner alone can read."""

import json
import os
import secrets
from pathlib import Path
from threading import Lock


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner can read; a reader sees the old content or the new."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    draft.replace(path)


class Passwords:
    """Passwords by name; a name asked for the first time gets a new one. Safe in URLs and in SQL."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def of(self, name: str) -> str:
        with self._lock:
            if name not in self._known:
                self._known[name] = secrets.token_urlsafe(24)
                write_private(self._path, json.dumps(self._known, indent=1))
            return self._known[name]
