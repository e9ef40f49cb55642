"""Watches the parts of a running system, and interrupts whoever uses it when one of them ends by itself."""

import asyncio
import signal
import subprocess
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from launcher.processes import Process, ProcessFailedError, told

LOOK_SECONDS = 0.2
TERMINATED = 128 + signal.SIGTERM

Server = subprocess.Popen[bytes] | subprocess.Popen[str]


async def together(*work: Awaitable[object]) -> None:
    """Do all at once; the first failure ends the rest and is raised as it is."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


class Supervision:
    """From ``begin`` to ``end`` the task that began it is cancelled when a part fails or SIGTERM comes."""

    def __init__(self) -> None:
        self._body: asyncio.Task[Any] | None = None
        self._failure: ProcessFailedError | None = None
        self._cancelled = False
        self._terminated = False
        self._hears = False
        self._watchers: list[asyncio.Task[None]] = []
        self._processes: list[Process] = []

    def begin(self) -> None:
        """Take the current task for the one to interrupt; hear SIGTERM where nobody else does."""
        self._body = asyncio.current_task()
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
            self._hears = True

    def watch(self, process: Process) -> None:
        """Watch a child process from now on."""
        self._processes.append(process)
        self._watchers.append(asyncio.create_task(self._watch(process), name=f"watch {process.name}"))

    def watch_server(self, name: str, server: Server | None, last_words: Callable[[], str]) -> None:
        """Watch the database or the broker from now on."""
        if server is not None:
            watching = self._watch_server(name, server, last_words)
            self._watchers.append(asyncio.create_task(watching, name=f"watch {name}"))

    def find_failure(self, error: BaseException | None) -> None:
        """Before the stop: when something went wrong, see whether a part that just ended is the reason."""
        for watcher in self._watchers:
            watcher.cancel()
        if error is not None and self._failure is None:
            dead = [process for process in self._processes if process.code is not None]
            self._failure = dead[0].failure() if dead else None

    def end(self, error: BaseException | None) -> None:
        """After the stop: say why it ended, if it did so early.

        Raises:
            ProcessFailedError: a part ended by itself.
            SystemExit: SIGTERM came.
        """
        if self._hears:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        if self._cancelled and self._body is not None:
            self._body.uncancel()
        if self._failure is not None:
            raise self._failure from (error if isinstance(error, Exception) else None)
        if self._terminated:
            raise SystemExit(TERMINATED)

    async def _watch(self, process: Process) -> None:
        await process.wait()
        if not process.stopping:
            self._fail(process.failure())

    async def _watch_server(self, name: str, server: Server, last_words: Callable[[], str]) -> None:
        while server.poll() is None:
            await asyncio.sleep(LOOK_SECONDS)
        self._fail(ProcessFailedError(f"{name} {told(server.returncode)}\n{last_words()}".rstrip()))

    def _fail(self, failure: ProcessFailedError) -> None:
        if self._failure is None:
            self._failure = failure
            self._interrupt()

    def _terminate(self) -> None:
        self._terminated = True
        self._interrupt()

    def _interrupt(self) -> None:
        if self._body is not None and not self._cancelled:
            self._cancelled = self._body.cancel()
