"""Secrets that outlive a run: one JSON file that its owner alone can read."""

import json
import os
import secrets
from pathlib import Path
from threading import Lock

from launcher.state_folder import StateUnusableError

DATA_NEED_IT = (
    "hãy khôi phục từ bản sao lưu, không có nó thì không mở được dữ liệu bên cạnh; hoặc chọn thư mục khác bằng --state",
    "restore it from a copy, the data beside it cannot be opened without it; or name another folder with --state",
)


class SecretsDamagedError(StateUnusableError):
    """A file of secrets is not what was written; takes what to do, in Vietnamese and English."""

    def __init__(self, path: Path, vi: str, en: str) -> None:
        super().__init__(f"tệp {path} bị hỏng: {vi} / {path} is damaged: {en}")


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
        self._known = read_passwords(path) if path.exists() else {}

    def of(self, name: str) -> str:
        with self._lock:
            if name not in self._known:
                self._known[name] = secrets.token_urlsafe(24)
                write_private(self._path, json.dumps(self._known, indent=1))
            return self._known[name]


def read_passwords(path: Path) -> dict[str, str]:
    """Return passwords by name.

    Raises:
        SecretsDamagedError: the file is not what was written.
    """
    try:
        known = json.loads(path.read_bytes())
    except ValueError:
        known = None
    if not isinstance(known, dict) or not all(isinstance(word, str) for word in known.values()):
        raise SecretsDamagedError(path, *DATA_NEED_IT)
    return known
