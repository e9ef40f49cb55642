"""Stand-ins for solvers, which end as real ones seldom do: ``python -m tests.allocation.stand_ins``, as ``allocation.solving``."""

import os
import sys
import time
from signal import SIGKILL

from allocation.solving import SOLVERS, main
from common.memory import hold_memory

LONG = 60.0  # none is left for ever, whatever a test does


def say(words: bytes) -> bytes:
    """Say words and answer how many bytes they were."""
    os.write(sys.stderr.fileno(), words)
    return b"%d" % len(words)


def measure(words: bytes) -> bytes:
    """Answer how many bytes it was given, and say nothing."""
    return b"%d" % len(words)


def hoard(megabytes: bytes) -> bytes:
    """Take so much memory, where 256 MB may be had, the least that a solver is given."""
    hold_memory(256)
    return b"%d" % len(bytearray(int(megabytes) * 1024 * 1024))


def break_off(words: bytes) -> bytes:
    """Say words and be killed."""
    say(words)
    os.kill(os.getpid(), SIGKILL)
    return b""


def wait(words: bytes) -> bytes:
    """Say words, and work on for long."""
    say(words)
    time.sleep(LONG)
    return b""


def orphan(words: bytes) -> bytes:
    """Say words, kill the process that stands by, and work on for long."""
    say(words)
    os.kill(os.getppid(), SIGKILL)
    return wait(b"")


if __name__ == "__main__":
    SOLVERS.update({each.__name__: each for each in (say, measure, hoard, break_off, wait, orphan)})
    main()
