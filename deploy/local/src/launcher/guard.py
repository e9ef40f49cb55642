"""Runs one command that ends with the process that started it, as another user where asked; Linux does the watching.

Started as a script, with the standard library alone: ``guard.py <parent pid> <signal> <uid:gid or -> <command...>``.
Elsewhere than on Linux the command runs all the same, but a launcher that was killed leaves it behind.
"""

import ctypes
import os
import signal
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
# Either lets another user reach files below a folder that only root may enter; containers often have but the second.
CAP_DAC_READ_SEARCH = 2
CAP_DAC_OVERRIDE = 1
# PostgreSQL's programs ask access(2) whether they may run themselves. Without this bit it looks at the user alone.
SECBIT_NO_SETUID_FIXUP = 1 << 2

REFUSED = 126


class _Capabilities(ctypes.Structure):
    """Header and the three sets of the first 32 capabilities, as capset(2) takes them."""

    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]  # ctypes reads it


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]  # ctypes reads it


def die_with(parent: int, number: int) -> None:
    """Have the kernel send this process a signal when the thread that started it ends; exit if it is gone already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(REFUSED)


def become(uid: int, gid: int, *, reach_all: bool) -> None:
    """Give up root for another user; ``reach_all`` keeps the one right to pass folders that only root may enter."""
    libc = ctypes.CDLL(None, use_errno=True)
    if reach_all:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if reach_all:
        _keep_reach(libc)


def _keep_reach(libc: ctypes.CDLL) -> None:
    header, sets = _Header(CAPABILITY_VERSION_3, 0), (_Capabilities * 2)()
    libc.capget(ctypes.byref(header), sets)
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        bit = 1 << capability
        if sets[0].permitted & bit:
            sets[0].effective = sets[0].permitted = sets[0].inheritable = bit
            sets[1] = _Capabilities()
            if libc.capset(ctypes.byref(header), sets) == 0:
                libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
                return
    sys.exit("a folder on the way is open to root alone, and this root may not pass that on: choose another folder")


def command(*words: str, stop: signal.Signals = signal.SIGKILL, user: str = "-") -> list[str]:
    """Return the command line that runs ``words`` under guard; ``user`` is ``uid:gid``, with ``+`` behind to reach all.

    Start it from a thread that lives as long as the command shall: the kernel watches the thread.
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(stop.value), user, *words]


def main(arguments: list[str]) -> NoReturn:
    """Become what was asked and then the command itself; the pid stays."""
    parent, number, user, *words = arguments
    if user != "-":
        uid, gid = user.removesuffix("+").split(":")
        become(int(uid), int(gid), reach_all=user.endswith("+"))
        if not os.access(words[0], os.X_OK):
            sys.exit(f"{words[0]} lies below a folder open to root alone, and this root may not pass that on: open it")
    die_with(int(parent), int(number))  # last: a change of user clears it
    os.execvp(words[0], words)  # noqa: S606  # no shell is meant


if __name__ == "__main__":
    main(sys.argv[1:])
