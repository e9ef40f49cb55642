"""Has a report's files made in all formats, by a process beside the service that ends when it has no work."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from common.papers.domain import LetterMissingError, Paper
from reporting.papers.documents import FRAME, Job, Outcome

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RENDERING = "reporting.papers.rendering"
MOST_SECONDS = 60
MOST_PAPERS = 6
"""After so many a new process is started: what typst keeps in memory does not grow without end."""
IDLE_SECONDS = 15


class RenderingFailedError(RuntimeError):
    """The files could not be made; the argument is the end of what the process said."""


class Renderer:
    """Makes files, one paper after the other; its process starts with the first and stays for those that follow soon.

    Args:
        font_dirs: folders with further faces.
    """

    def __init__(self, font_dirs: Sequence[Path]) -> None:
        self._font_dirs = list(font_dirs)
        self._turn = asyncio.Lock()
        self.process: Process | None = None
        self._papers = 0

    async def render(self, paper: Paper) -> Mapping[str, bytes]:
        """Return the files of a paper by format; the same paper gives the same bytes.

        Raises:
            LetterMissingError: a letter is in none of the faces.
            RenderingFailedError: the process failed, or took more than a minute.
        """
        job = Job(paper=paper, font_dirs=self._font_dirs).model_dump_json().encode()
        async with self._turn:
            outcome = Outcome.model_validate_json(await self._ask_twice(job))
        if outcome.letter_missing is not None:
            raise LetterMissingError(outcome.letter_missing)
        return outcome.files

    async def end_when_idle(self) -> None:
        """End the process whenever it had no work for a while, and at last when this is cancelled."""
        seen = -1
        try:
            while True:
                await asyncio.sleep(IDLE_SECONDS)
                if seen == self._papers and not self._turn.locked():
                    await self.close()
                seen = self._papers
        finally:
            await self.close()

    async def close(self) -> None:
        """End the process, if there is one; the next paper starts another."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.communicate()

    async def _ask_twice(self, job: bytes) -> bytes:
        """Ask the process that stands by; if it ended meanwhile, ask a new one."""
        stood_by = self.process is not None
        try:
            return await self._ask(job)
        except RenderingFailedError:
            if not stood_by:
                raise
            return await self._ask(job)

    async def _ask(self, job: bytes) -> bytes:
        if self._papers >= MOST_PAPERS:
            await self.close()
        process = await self._started()
        self._papers += 1
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await _exchange(process, job)
        except (asyncio.IncompleteReadError, OSError) as error:
            self.process = None
            _, errors = await process.communicate()
            raise RenderingFailedError(errors.decode(errors="replace")[-1000:]) from error
        except BaseException:
            await self.close()
            raise

    async def _started(self) -> Process:
        if self.process is None or self.process.returncode is not None:
            await self.close()
            pipe = asyncio.subprocess.PIPE
            self._papers = 0
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", RENDERING, stdin=pipe, stdout=pipe, stderr=pipe
            )
        return self.process


async def _exchange(process: Process, job: bytes) -> bytes:
    """Hand a job over and return its outcome."""
    if process.stdin is None or process.stdout is None:
        raise RenderingFailedError("the process was started without pipes")
    process.stdin.write(FRAME.pack(len(job)) + job)
    await process.stdin.drain()
    (length,) = FRAME.unpack(await process.stdout.readexactly(FRAME.size))
    return await process.stdout.readexactly(length)


def digest(content: bytes) -> str:
    """Return a file's SHA-256, hexadecimal."""
    return sha256(content).hexdigest()
