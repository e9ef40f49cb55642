"""A process beside the service for what its event loop, its memory or its safety should not feel.

It starts with the first job, stays for those that follow soon, and ends when it has none. Jobs and answers are bytes in
frames; what they mean is between the two modules that use this.
"""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct

from common.memory import hold_memory

FRAME = Struct(">I")
"""The length in bytes that goes before each message."""


class ProcessFailedError(RuntimeError):
    """The process gave no answer: it broke, or ran out of time or memory; the argument is the end of what it said."""


@dataclass(frozen=True)
class Limits:
    """What a process may take.

    Attributes:
        seconds: for one job; over it the process is killed.
        jobs: after so many a new process is started: what a library keeps in memory does not grow without end.
        idle_seconds: so long it stays without a job.
    """

    seconds: float = 60.0
    jobs: int = 100
    idle_seconds: float = 15.0


class Beside:
    """``python -m module`` (see ``answer_jobs``), which does one job after the other.

    Attributes:
        process: the one that stands by, if any.
    """

    def __init__(self, module: str, limits: Limits | None = None) -> None:
        self._module = module
        self._limits = limits or Limits()
        self._turn = asyncio.Lock()
        self._jobs = 0
        self._given_up: Process | None = None  # ended here, not by itself: its job is not done again
        self.process: Process | None = None

    async def ask(self, job: bytes) -> bytes:
        """Return the answer to a job; a process that ended while it stood by is replaced.

        Raises:
            ProcessFailedError: it gave none, or it was closed meanwhile.
        """
        async with self._turn:
            stood_by = self.process
            try:
                return await self._ask(job)
            except ProcessFailedError:
                if stood_by is None or stood_by is self._given_up:
                    raise
                return await self._ask(job)

    async def end_when_idle(self) -> None:
        """End the process whenever it had no work for a while, and at last when this is cancelled."""
        seen = -1
        try:
            while True:
                await asyncio.sleep(self._limits.idle_seconds)
                async with self._turn:
                    if seen == self._jobs:
                        await self._end()
                    seen = self._jobs
        finally:
            await self.close()

    async def close(self) -> None:
        """End the process, if there is one; the next job starts another, and one under way fails."""
        self._given_up = self.process
        self._kill()
        async with self._turn:  # a job under way still reads from it: only one may
            await self._end()

    def _kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()

    async def _end(self) -> str:
        """End the process, if there is one, and return the end of what it said."""
        self._kill()
        if self.process is None:
            return ""
        _, errors = await self.process.communicate()
        self.process = None  # whoever is cancelled above may come back: it is forgotten only when it is gone
        return errors.decode(errors="replace")[-1000:]

    async def _ask(self, job: bytes) -> bytes:
        if self._jobs >= self._limits.jobs:
            await self._end()
        process = await self._started()
        self._jobs += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await _exchange(process, job)
        except TimeoutError:
            self._given_up = process
            await self._end()
            raise ProcessFailedError(f"no answer in {self._limits.seconds:g} s") from None
        except (asyncio.IncompleteReadError, OSError) as error:
            raise ProcessFailedError(await self._end()) from error
        except BaseException:
            await self._end()
            raise

    async def _started(self) -> Process:
        if self.process is None or self.process.returncode is not None:
            await self._end()
            pipe = asyncio.subprocess.PIPE
            self._jobs = 0
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, stdin=pipe, stdout=pipe, stderr=pipe
            )
        return self.process


async def _exchange(process: Process, job: bytes) -> bytes:
    """Hand a job over and return its answer."""
    if process.stdin is None or process.stdout is None:
        raise ProcessFailedError("the process was started without pipes")
    process.stdin.write(FRAME.pack(len(job)) + job)
    await process.stdin.drain()
    (length,) = FRAME.unpack(await process.stdout.readexactly(FRAME.size))
    return await process.stdout.readexactly(length)


def answer_jobs(answer: Callable[[bytes], bytes], memory_mb: int | None = None) -> None:
    """Be the process: answer each job until there are no more, within a limit of memory."""
    if memory_mb is not None:
        hold_memory(memory_mb)
    given, told = sys.stdin.buffer, sys.stdout.buffer
    while head := given.read(FRAME.size):
        (length,) = FRAME.unpack(head)
        answered = answer(given.read(length))
        told.write(FRAME.pack(len(answered)) + answered)
        told.flush()
