"""Names that the services of a round look up, and that can be taken away: a name service of files that they alone see.

Run as a script it becomes the command behind it, in a mount namespace of its own where the files of a folder lie over
``/etc/hosts`` and ``/etc/resolv.conf``: ``names.py <folder> <command...>``. The standard library alone; Linux, as root.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
NAMES = ("database", "broker", "mail")
OVER = ("hosts", "resolv.conf")
ALWAYS = "127.0.0.1 localhost\n"
NOBODY = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"  # no name server listens there


class Names:
    """The names in their folder.

    Attributes:
        missing: why they cannot be had here; empty where they can. Then addresses stand in place of names.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "resolv.conf").write_text(NOBODY)
        self.give()
        tried = subprocess.run(self.words("true"), capture_output=True, check=False)
        self.missing = "needs root and the right to mount: names are files" if tried.returncode else ""

    def host(self, name: str) -> str:
        """Return what the services are to call a part."""
        return "127.0.0.1" if self.missing else f"{name}.round.test"

    def give(self) -> None:
        (self._folder / "hosts").write_text(ALWAYS + "".join(f"127.0.0.1 {name}.round.test\n" for name in NAMES))

    def take_away(self) -> None:
        """From now on nobody finds a name."""
        (self._folder / "hosts").write_text(ALWAYS)

    def words(self, *command: str) -> list[str]:
        """Return the command line that runs a command where the names are known."""
        return [sys.executable, "-I", "-S", __file__, str(self._folder), *command]

    def wrap(self, *command: str) -> list[str]:
        """Return the same where names can be had, else the command itself."""
        return list(command) if self.missing else self.words(*command)


def main(folder: str, *command: str) -> None:
    """Become the command."""
    libc = ctypes.CDLL(None, use_errno=True)
    _demand(libc.unshare(CLONE_NEWNS))
    _demand(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    for name in OVER:
        _demand(libc.mount(os.fsencode(f"{folder}/{name}"), os.fsencode(f"/etc/{name}"), None, MS_BIND, None))
    os.execvp(command[0], command)  # noqa: S606  # no shell is meant


def _demand(code: int) -> None:
    if code:
        sys.exit(f"no names of our own: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main(*sys.argv[1:])
