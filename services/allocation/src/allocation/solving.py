"""Stands by with the solvers loaded, and gives each question a process of its own: ``python -m allocation.solving PID``.

``PID`` is the process that starts it, and that it ends with.

In, a frame for each question: the module of its solver, a line end, and the problem as JSON. Out, a frame for each: how its
process ended (``ENDED``), and what it answered. What is said meanwhile goes to standard error, and ``SAID`` closes it.

A question's process is forked from this one: it has nothing to load, and leaves nothing behind, as one started anew would.
This one has a single thread, so that nothing else is under way where it is copied.
"""

import ctypes
import gc
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from signal import SIGKILL

from allocation.explanations import solver as reasons
from allocation.questions import ENDED, FRAME, SAID
from allocation.repairs import solver as repairs
from allocation.runs import solver as runs

PR_SET_PDEATHSIG = 1
SOLVERS: dict[str, Callable[[bytes], bytes]] = {each.__name__: each.answer for each in (runs, reasons, repairs)}


def end_with(parent: int) -> None:
    """Have this process end with the one that started it, also where that is killed; Linux does the watching.

    The kernel watches the thread that started it. A service's is the main one, which its event loop runs in; ours the only one.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it had ended before
        os._exit(1)


def answer_apart(solver: Callable[[bytes], bytes], problem: bytes) -> tuple[int, bytes]:
    """Return how a process that asks a solver ends, and its answer."""
    reading, writing = os.pipe()
    this = os.getpid()
    child = os.fork()
    if child == 0:
        end_with(this)
        os.close(reading)
        _answer(solver, problem, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answered = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), answered


def _answer(solver: Callable[[bytes], bytes], problem: bytes, writing: int) -> None:
    """Be the process of one question; never returns to what its parent does."""
    code = 1
    try:
        answered = solver(problem)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answered)
        code = 0
    except BaseException:  # noqa: BLE001  # as the interpreter tells it
        with suppress(MemoryError, OSError):
            traceback.print_exc()
            sys.stderr.flush()
    finally:
        os._exit(code)


def main() -> None:
    """Answer question after question until there are no more, or the process that started this one ends."""
    end_with(int(sys.argv[1]))
    gc.freeze()  # what is loaded is never copied for being looked at
    given, told, said = sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer
    while head := given.read(FRAME.size):
        (length,) = FRAME.unpack(head)
        module, _, problem = given.read(length).partition(b"\n")
        code, answered = answer_apart(SOLVERS[module.decode()], problem)
        said.write(b"\n" + SAID)  # its last line may have been broken off
        said.flush()
        told.write(FRAME.pack(ENDED.size + len(answered)) + ENDED.pack(code) + answered)
        told.flush()


if __name__ == "__main__":
    main()
