"""Child processes: their logs with a prefix, their end noticed, and none left behind."""

import asyncio
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

from launcher import guard

COLOURS = {"registration": 36, "allocation": 33, "notifications": 35, "reporting": 32}
LAST_LINES = 25


class ProcessFailedError(RuntimeError):
    """A process of the system ended though nobody asked it to; the text has its last words."""


class Process:
    """One child with its own log file; its last lines are kept for when it fails.

    Args:
        name: what people call it; the prefix of its lines.
        arguments: the command.
        environment: all of its environment.
        log: the file that its output goes to.
        echo: where lines are shown as well; None shows nothing.
    """

    def __init__(
        self,
        name: str,
        arguments: list[str],
        environment: dict[str, str],
        log: Path,
        echo: Callable[[str], None] | None,
    ) -> None:
        self.name = name
        self.stopping = False
        self._arguments = arguments
        self._environment = environment
        self._log = log
        self._echo = echo
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *guard.command(*self._arguments),
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            limit=4 * 1024 * 1024,
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def wait(self) -> int:
        """Return the exit code once it has ended and all its output is read."""
        if self._process is None or self._reader is None:
            raise RuntimeError(f"{self.name} was not started")
        code = await self._process.wait()
        await self._reader
        return code

    async def stop(self, seconds: float = 25) -> None:
        """Ask it to end; after ``seconds`` end it."""
        self.stopping = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(self.wait(), seconds)
        except TimeoutError:
            process.kill()
            await self.wait()

    def failure(self, code: int) -> ProcessFailedError:
        """Return what to tell when it has ended by itself."""
        words = "\n".join(f"    {line}" for line in self._last) or "    (it said nothing)"
        return ProcessFailedError(f"{self.name} ended with code {code}; its last words ({self._log}):\n{words}")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        with self._log.open("ab") as log:
            while line := await process.stdout.readline():
                log.write(line)
                log.flush()
                text = line.decode(errors="replace").rstrip()
                self._last.append(text)
                if self._echo is not None:
                    self._echo(prefixed(self.name, text))


def prefixed(name: str, text: str) -> str:
    """Return a log line with its process's name before it, in colour on a terminal."""
    label = f"{name:<13} |"
    if sys.stdout.isatty():
        label = f"\033[{COLOURS.get(name, 37)}m{label}\033[0m"
    return f"{label} {text}"
