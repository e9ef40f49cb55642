"""Another user for PostgreSQL, which refuses to run as root: who that is, and how it reaches its folder."""

import os
import tempfile
from pathlib import Path

NOBODY = 65534


class FolderUnreachableError(RuntimeError):
    """The database's user cannot reach its folder; the text says which permission is missing."""


def database_user() -> int | None:
    """Return the uid under which PostgreSQL runs: None for ourselves, another one when we are root."""
    return NOBODY if os.geteuid() == 0 else None


def hand_over(folder: Path, user: int | None) -> None:
    """Make a folder, owned by the database's user, which may pass through its parents.

    Raises:
        FolderUnreachableError: a parent outside the temporary folder is closed to other users.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if user is None:
        return
    os.chown(folder, user, user)
    temporary = Path(tempfile.gettempdir()).resolve()
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if mode & 0o001:
            continue
        if temporary not in parent.parents:
            raise FolderUnreachableError(
                f"PostgreSQL runs as user {user} and may not pass {parent}: chmod o+x {parent}"
            )
        parent.chmod(mode | 0o001)
