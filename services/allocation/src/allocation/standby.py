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
    """What became of a question: how its process ended, what it answered, and the last that was said and is no JSON."""

    code: int
    answer: bytes
    told: str


class Standby:
    """The process that stands by, from the first question until there was none for ``IDLE_SECONDS``.

    Attributes:
        process: the one that stands by, if any.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._last_asked = 0.0
        self.process: Process | None = None

    async def ask(self, module: str, problem: bytes, hear: Hear | None = None) -> Ended:
        """Return what a solver answers; ``hear`` is called with each line of JSON that it says meanwhile.

        Who cancels this ends the process of the question, and the one that stands by with it.
        """
        async with self._turn:
            process = await self._started()
            try:
                return await _ask(process, module.encode() + b"\n" + problem, hear)
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
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)  # also of one that has ended: its question may still be worked on
        await process.communicate()

    async def _started(self) -> Process:
        if self.process is None or self.process.returncode is not None:
            await self.close()
            # One thread alone: a process is forked only where nothing else is under way.
            alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
            solving = sys.executable, "-m", "allocation.solving"
            self.process = await asyncio.create_subprocess_exec(
                *solving, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=alone, start_new_session=True
            )
        return self.process


STANDBY: ContextVar[Standby | None] = ContextVar("STANDBY", default=None)
"""The one of a worker that asks again and again; elsewhere a question has one of its own, which ends with it."""


async def _ask(process: Process, question: bytes, hear: Hear | None) -> Ended:
    """Hand a question over and wait for its end; one whose process is gone has ended with it."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        return Ended(1, b"", "The solver has no pipes.")
    with suppress(BrokenPipeError, ConnectionResetError):  # it broke before it read all: its exit code tells
        process.stdin.write(FRAME.pack(len(question)) + question)
        await process.stdin.drain()
    answered, told = await asyncio.gather(_read(process.stdout), _listen(process.stderr, hear))
    if answered is None:
        return Ended(await process.wait(), b"", told)
    (code,) = ENDED.unpack_from(answered)
    return Ended(code, answered[ENDED.size :], told)


async def _read(answers: asyncio.StreamReader) -> bytes | None:
    try:
        (length,) = FRAME.unpack(await answers.readexactly(FRAME.size))
        return await answers.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


async def _listen(said: asyncio.StreamReader, hear: Hear | None) -> str:
    """Return the last line said of a question that is no JSON."""
    last = ""
    async for line in said:
        if line == SAID:
            break
        if line.startswith(b"{"):
            if hear is not None:
                hear(line)
        elif line.strip():
            last = line.decode(errors="replace").strip()
    return last
