"""Which user PostgreSQL runs as: it refuses root, so root lends its data to somebody else."""

import os
import pwd
import stat
from pathlib import Path


class DataFolderError(Exception):
    """The data folder cannot be used by the user who asks; the message says what to do."""


def choose_user(data_dir: Path, programs: Path) -> str:
    """Return the user for ``guard.command``: ``-`` for ourselves; as root the data's owner, else nobody.

    Raises:
        DataFolderError: the data belong to somebody else and we are not root, or there is nobody to lend them to.
    """
    owner = _owner_of(data_dir)
    if os.getuid() != 0:
        if owner is not None and owner != os.getuid():
            raise DataFolderError(
                f"{data_dir} belongs to user {owner}, who ran it before: start as that user (or as root),"
                " or choose another state folder"
            )
        return "-"
    uid, gid = _lent_to(owner)
    reachable = all(_may_enter(folder, uid, gid) for path in (data_dir, programs) for folder in path.parents)
    return f"{uid}:{gid}" if reachable else f"{uid}:{gid}+"


def give_to(data_dir: Path, user: str) -> None:
    """Make the folder, for its user's eyes alone."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    hand_over(data_dir, user)


def hand_over(path: Path, user: str) -> None:
    """Give a file or folder to the user."""
    if user != "-":
        uid, gid = user.removesuffix("+").split(":")
        os.chown(path, int(uid), int(gid))


def _owner_of(data_dir: Path) -> int | None:
    try:
        return (data_dir / "PG_VERSION").stat().st_uid
    except FileNotFoundError:
        return None
    except PermissionError:
        return data_dir.stat().st_uid


def _lent_to(owner: int | None) -> tuple[int, int]:
    """Return user and group: the data's owner, else nobody; initdb wants a user that the machine knows by name."""
    if owner:
        return owner, owner
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    if not known:
        raise DataFolderError("PostgreSQL refuses to run as root, and the machine knows no other user: add one")
    entry = known.get("nobody") or next(iter(known.values()))
    return entry.pw_uid, entry.pw_gid


def _may_enter(folder: Path, uid: int, gid: int) -> bool:
    try:
        status = folder.stat()
    except FileNotFoundError:
        return True  # made below, open for all to pass or given to the user
    needed = stat.S_IXUSR if status.st_uid == uid else stat.S_IXGRP if status.st_gid == gid else stat.S_IXOTH
    return bool(status.st_mode & needed)
