"""Small file systems, to be filled: for tests and rounds of what a full disk does."""

import os
import subprocess
from pathlib import Path


def mount_disk(megabytes: int, folder: Path) -> str:
    """Mount a file system of so much space; return why it cannot be done here, or nothing."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        return "needs root and the right to mount: a full disk is a small file system of its own"
    return ""


def unmount_disk(folder: Path) -> None:
    """Take it away, lazily: a process that has not ended yet must not leave the file system where it is."""
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_disk(disk: Path) -> Path:
    """Take all space that a disk has left; return the file that holds it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return ballast
