"""Stands by with the solvers loaded, and gives each question a process of its own: ``python -m allocation.solving``.

In, a frame for each question: the module of its solver, a line end, and the problem as JSON. Out, a frame for each: how its
process ended (``ENDED``), and what it answered. What is said meanwhile goes to standard error, and ``SAID`` closes it.

A question's process is forked from this one: it has nothing to load, and leaves nothing behind, as one started anew would.
This one has a single thread, so that nothing else is under way where it is copied.
"""

import gc
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from allocation.explanations import solver as reasons
from allocation.questions import ENDED, FRAME, SAID
from allocation.repairs import solver as repairs
from allocation.runs import solver as runs

SOLVERS: dict[str, Callable[[bytes], bytes]] = {each.__name__: each.answer for each in (runs, reasons, repairs)}


def answer_apart(solver: Callable[[bytes], bytes], problem: bytes) -> tuple[int, bytes]:
    """Return how a process that asks a solver ends, and its answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
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
    """Answer question after question until there are no more."""
    gc.freeze()  # what is loaded is never copied for being looked at
    given, told, said = sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer
    while head := given.read(FRAME.size):
        (length,) = FRAME.unpack(head)
        module, _, problem = given.read(length).partition(b"\n")
        code, answered = answer_apart(SOLVERS[module.decode()], problem)
        said.write(SAID)
        said.flush()
        told.write(FRAME.pack(ENDED.size + len(answered)) + ENDED.pack(code) + answered)
        told.flush()


if __name__ == "__main__":
    main()
