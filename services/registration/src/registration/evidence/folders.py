"""Files in a folder, each on the disk itself before it is said to be kept."""

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT}
UNFINISHED = "."
"""Begins the name of a file that is being written; one that a killed process left is listed, and deleted, as the file."""


class FileFolder:
    """Files by name below a folder, which is made when first used."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, self._root / name, content)

    async def get(self, name: str) -> bytes:
        """Return a file; raises FileNotFoundError."""
        return await asyncio.to_thread((self._root / name).read_bytes)

    async def delete(self, name: str) -> None:
        path = self._root / name
        for one in (path, _unfinished(path)):
            await asyncio.to_thread(one.unlink, missing_ok=True)

    async def list(self, folder: str) -> AsyncGenerator[Sequence[tuple[str, datetime]]]:
        """Yield, in one lot, names and when they were written."""
        yield await asyncio.to_thread(self._look, folder)

    def explain(self, error: Exception) -> str | None:
        """Return in one line what is wrong and what to do; nothing for an error that is not the disk's."""
        if not isinstance(error, OSError):
            return None
        if error.errno in FULL:
            return "has no space left: free some"
        return f"may not be written ({error}): mount a volume there, or mend EVIDENCE_STORE"

    def _write(self, path: Path, content: bytes) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            _keep_names(path.parent.parent)
        unfinished = _unfinished(path)
        try:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            unfinished.unlink(missing_ok=True)  # a full disk is not to be fuller by a half of a paper
            raise
        unfinished.replace(path)
        _keep_names(path.parent)

    def _look(self, folder: str) -> Sequence[tuple[str, datetime]]:
        (self._root / folder).mkdir(parents=True, exist_ok=True)
        found: list[tuple[str, float]] = []
        with os.scandir(self._root / folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # it was being written, and has its name now
                    found.append((entry.name, entry.stat().st_mtime))
        return [(f"{folder}/{name.removeprefix(UNFINISHED)}", datetime.fromtimestamp(at, UTC)) for name, at in found]


def _unfinished(path: Path) -> Path:
    return path.with_name(UNFINISHED + path.name)


def _keep_names(folder: Path) -> None:
    """Have the names in a folder on the disk; a file whose name is lost with the power is lost, too (fsync(2))."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that keeps names by itself
            raise
    finally:
        os.close(opened)
