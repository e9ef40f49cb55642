"""Child processes: their lines shown under their name, their end noticed, and nothing of them left behind."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from launcher import guard

LAST_LINES = 25
LONGEST_LINE = 20_000
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.1

Show = Callable[[str, str], None]


class ProcessFailedError(RuntimeError):
    """A process of the system ended though nobody asked it to; the text has its last words."""


class Process:
    """One child in a session of its own, with its own log file; the kernel ends it with the launcher.

    Args:
        name: what people call it.
        words: the command.
        environment: all of its environment.
        log: the file that its output goes to; a new run starts it anew.
        show: is given name and line of all that it says.
    """

    def __init__(
        self, name: str, words: Sequence[str], environment: Mapping[str, str], log: Path, show: Show | None = None
    ) -> None:
        self.name = name
        self.stopping = False
        self._words = words
        self._environment = environment
        self._log = log
        self._show = show
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process's id, which is its group's too."""
        return self._started.pid

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._started.returncode

    @property
    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *guard.command(*self._words),
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = asyncio.create_task(self._read(self._process.stdout), name=f"log of {self.name}")

    async def wait(self) -> int:
        """Return the exit code once it has ended and what it said is read."""
        code = await self._ended()
        if self._reader is not None:
            with suppress(TimeoutError):  # a child of its own may hold its output open
                await asyncio.wait_for(asyncio.shield(self._reader), 1)
        return code

    async def run(self) -> None:
        """Start it and wait for its good end.

        Raises:
            ProcessFailedError: it ended otherwise.
        """
        await self.start()
        try:
            await self.wait()
        except asyncio.CancelledError:
            self._kill_group()
            raise
        if self.code:
            raise self.failure()

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to end; after ``seconds`` end it and all that it started."""
        self.stopping = True
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended(), seconds)
        self._kill_group()
        await self.wait()
        if self._reader is not None:  # who left the group may hold the output open for as long as it likes
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def failure(self) -> ProcessFailedError:
        """Return what to tell when it has ended by itself."""
        words = "\n".join(f"    {line}" for line in self._last) or "    (it said nothing)"
        return ProcessFailedError(f"{self.name} {told(self.code)}; its last words ({self._log}):\n{words}")

    async def _ended(self) -> int:
        """Wait for the process alone: asyncio's own wait lasts until its grandchildren let go of the output too."""
        while (code := self._started.returncode) is None:
            await asyncio.sleep(LOOK_SECONDS)
        return code

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    async def _read(self, output: asyncio.StreamReader | None) -> None:
        if output is None:
            return
        rest = b""
        with self._log.open("wb") as log:
            while piece := await output.read(65536):
                log.write(piece)
                log.flush()
                *lines, rest = (rest + piece).split(b"\n")
                rest = rest[:LONGEST_LINE]
                for line in lines:
                    self._tell(line)
        if rest:
            self._tell(rest)

    def _tell(self, line: bytes) -> None:
        text = line[:LONGEST_LINE].decode(errors="replace").rstrip()
        self._last.append(text)
        if self._show is not None:
            self._show(self.name, text)


def told(code: int | None) -> str:
    """Say in words how a process ended."""
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
