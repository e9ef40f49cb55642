"""Keeps the process that stands by with the solvers loaded (``allocation.solving``), for questions that follow each other soon."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from signal import SIGKILL
from typing import NamedTuple

from allocation.questions import ENDED, FRAME, SAID

IDLE_SECONDS = 15.0
Hear = Callable[[bytes], None]


class Ended(NamedTuple):
    """What became of a question: how its process ended, what it answered, and the last that was said and is no JSON.

    The answer is None where the process that stood by ended with it.
    """

    code: int
    answer: bytes | None
    told: str


class Standby:
    """The process that stands by, from the first question until there was none for ``IDLE_SECONDS``.

    Args:
        module: what is run, as ``allocation.solving``.

    Attributes:
        process: the one that stands by, if any.
    """

    def __init__(self, module: str = "allocation.solving") -> None:
        self._module = module
        self._turn = asyncio.Lock()
        self._last_asked = 0.0
        self.process: Process | None = None

    async def ask(self, module: str, problem: bytes, hear: Hear | None = None) -> Ended:
        """Return what a solver answers; ``hear`` is called with each line of JSON that it says meanwhile.

        A process that ended while it stood by is replaced, and asked once more. Who cancels this ends the process of the
        question, and the one that stands by with it.
        """
        async with self._turn:
            try:
                return await self._ask(module.encode() + b"\n" + problem, hear)
            except BaseException:
                await self.close()
                raise
            finally:
                self._last_asked = time.monotonic()

    async def end_when_idle(self) -> None:
        """End the process if it had no question for a while."""
        if self.process is not None and time.monotonic() - self._last_asked > IDLE_SECONDS:
            async with self._turn:
                await self.close()

    async def close(self) -> None:
        """End the process and what it does, if there is one; the next question starts another."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:  # later its number may be another's; what it was at ends with it (``end_with``)
            with suppress(ProcessLookupError, PermissionError):  # the latter is macOS's word for a group that has ended
                os.killpg(process.pid, SIGKILL)
        await process.communicate()
        if process.stdin is not None:  # asyncio logs what was not read any more, unless it is asked for
            with suppress(BrokenPipeError, ConnectionResetError):
                await process.stdin.wait_closed()

    async def _ask(self, question: bytes, hear: Hear | None) -> Ended:
        stood_by, process = self.process, await self._started()
        ended = await _exchange(process, question, hear)
        if ended.answer is None and process is stood_by:
            ended = await _exchange(await self._started(), question, hear)
        return ended

    async def _started(self) -> Process:
        if self.process is None or self.process.returncode is not None:
            await self.close()
            # One thread alone: a process is forked only where nothing else is under way.
            alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
            solving = sys.executable, "-m", self._module, str(os.getpid())
            # A group of its own, so that its question ends with it where no kernel sees to that, as on macOS.
            self.process = await asyncio.create_subprocess_exec(
                *solving, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=alone, start_new_session=True
            )
        return self.process


STANDBY: ContextVar[Standby | None] = ContextVar("STANDBY", default=None)
"""The one of a worker that asks again and again; elsewhere a question has one of its own, which ends with it."""


async def _exchange(process: Process, question: bytes, hear: Hear | None) -> Ended:
    """Hand a question over and wait for its end; one whose process is gone has ended with it."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        return Ended(1, b"", "The solver has no pipes.")
    with suppress(BrokenPipeError, ConnectionResetError):  # it broke before it read all: its exit code tells
        process.stdin.write(FRAME.pack(len(question)) + question)
        await process.stdin.drain()
    told = await _listen(process.stderr, hear)  # all is said before it is answered
    answered = await _read(process.stdout)
    if answered is None:
        return Ended(await process.wait(), None, told)
    (code,) = ENDED.unpack_from(answered)
    return Ended(code, answered[ENDED.size :], told)


async def _read(answers: asyncio.StreamReader) -> bytes | None:
    try:
        (length,) = FRAME.unpack(await answers.readexactly(FRAME.size))
        return await answers.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


async def _listen(said: asyncio.StreamReader, hear: Hear | None) -> str:
    """Return the last line said of a question that is no JSON; half a line of JSON is of one that was killed."""
    last = ""
    while (line := await _next_line(said)) not in {b"", SAID}:
        if line.startswith(b"{"):
            if hear is not None and line.endswith(b"}\n"):
                hear(line)
        elif line.strip():
            last = line.decode(errors="replace").strip()
    return last


async def _next_line(said: asyncio.StreamReader) -> bytes:
    """Return the next line, none at the end; of one that is longer than any of ours what is left of it."""
    while True:
        with suppress(ValueError):
            return await said.readline()
