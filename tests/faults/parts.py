"""The parts of a system that faults are done to: brokers that come back, and service processes that are started anew."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.brokers.process import KafkaProcess
from tests.faults.history import History

from launcher.broker import MockBroker
from launcher.processes import Process

RESTART_SECONDS = 0.2


class Broker(Protocol):
    """A broker behind the proxy; ``keeps`` says whether what it holds outlives a kill."""

    keeps: bool

    @property
    def port(self) -> int: ...
    def start(self) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...


class EmbeddedBroker:
    """librdkafka's in-process cluster: whatever it held is gone with its process."""

    keeps = False

    def __init__(self, advertised: int) -> None:
        self._advertised = advertised
        self._server = MockBroker(advertised)

    @property
    def port(self) -> int:
        """0 for one that was never there."""
        return int(self._server.bootstrap.rpartition(":")[2] or 0)

    def start(self) -> None:
        server = MockBroker(self._advertised)
        server.start()
        self._server = server  # only now: it has a port

    def kill(self) -> None:
        if self._server.process is not None:
            self._server.process.kill()
            self._server.process.wait()

    def stop(self) -> None:
        self._server.stop()


class ProxiedKafka(KafkaProcess):
    """Apache Kafka that tells its clients to come through the proxy."""

    advertised = 0

    def _prepare(self) -> None:
        super()._prepare()
        own = f"advertised.listeners=PLAINTEXT://{self.bootstrap}"
        text = self._config.read_text()
        self._config.write_text(text.replace(own, f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.advertised}"))


class KafkaBroker:
    """Apache Kafka as a process: what it acknowledged is there after a kill."""

    keeps = True

    def __init__(self, folder: Path, advertised: int) -> None:
        self._node = ProxiedKafka(folder)
        self._node.advertised = advertised

    @property
    def port(self) -> int:
        return int(self._node.bootstrap.rpartition(":")[2])

    def start(self) -> None:
        self._node.start()

    def kill(self) -> None:
        self._node.kill()

    def stop(self) -> None:
        self._node.stop()


@dataclass
class Keeper:
    """Keeps one service running: when its process ends it is started anew, as an orchestrator would.

    Attributes:
        failpoints: what the next process is started with; after that nothing, until it is set again.
        otherwise: what the next process finds otherwise in its environment; after that nothing, until it is set again.
        lives: how many processes there were.
        held: while set no new process is started.
        turn: whoever kills it at a failpoint holds this until it has ended there, or will not.
        last_code: how the process before ended.
    """

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    logs: Path
    history: History
    failpoints: str = ""
    otherwise: Mapping[str, str] = field(default_factory=dict[str, str])
    lives: int = 0
    held: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    process: Process | None = None
    last_code: int | None = None
    _ending: bool = False
    _task: asyncio.Task[None] | None = None
    _deaths: asyncio.Condition = field(default_factory=asyncio.Condition)

    def begin(self) -> None:
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def end(self) -> None:
        """Stop it for good; what does not end is ended."""
        self._ending = True
        if self.process is not None:
            self.signal(signal.SIGCONT)
            await self.process.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def signal(self, number: signal.Signals) -> None:
        """Send the running process a signal; one that is gone, or not there yet, hears nothing."""
        with suppress(ProcessLookupError, RuntimeError):
            if self.process is not None and self.process.code is None:
                os.kill(self.process.pid, number)

    async def kill(self) -> bool:
        """Kill the running process; return whether one ran and this ended it."""
        life = self.lives
        if self._dead >= life:
            return False
        self.signal(signal.SIGKILL)
        return await self.wait_for_death(life, 10) and self.last_code == -signal.SIGKILL

    def ended_at(self, place: str) -> bool:
        """Whether the last process that ended killed itself at a failpoint: by its exit code, and by its last words."""
        return self.has_reached(self._dead, place) and self.last_code == -signal.SIGKILL

    def has_reached(self, life: int, place: str) -> bool:
        """Whether the process of the life with this number says that it came by an armed failpoint."""
        said = self.logs / f"{self.name}-{life:03d}.log"
        lines = said.read_text(errors="replace").splitlines() if said.exists() else []
        return any("failpoint_reached" in line and f'"{place}"' in line for line in lines)

    async def wait_for_death(self, lives: int, seconds: float) -> bool:
        """Wait until the process of the life with this number has ended; return whether it did in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._deaths:
                await self._deaths.wait_for(lambda: self._dead >= lives)
        return self._dead >= lives

    _dead: int = 0

    async def _keep(self) -> None:
        while not self._ending:
            while self.held:
                await asyncio.sleep(RESTART_SECONDS)
            self.lives += 1
            armed, self.failpoints = self.failpoints, ""
            otherwise, self.otherwise = self.otherwise, {}
            environment = {**self.environment, **otherwise, **({"FAILPOINTS": armed} if armed else {})}
            log = self.logs / f"{self.name}-{self.lives:03d}.log"
            self.process = Process(self.name, self.words, environment, log)
            await self.process.start()
            self.history.note("process_started", service=self.name, life=self.lives, failpoints=armed)
            code = await self.process.wait()
            self.last_code = code
            self.history.note("process_ended", service=self.name, life=self.lives, code=code)
            async with self._deaths:
                self._dead = self.lives
                self._deaths.notify_all()
            await asyncio.sleep(RESTART_SECONDS)
