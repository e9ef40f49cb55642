"""Roll-outs while a system is in use: a new process of a service first, and only then the old one ends."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import aiohttp

from launcher.broker import SERVICES
from launcher.ports import free_port
from launcher.processes import Process
from launcher.readiness import wait_until_ready
from launcher.system import EmbeddedSystem

STOP_SECONDS = 60.0
MOST_ROUNDS = 2
COPIES = re.compile(rb'^ocop_messages_copies_total\{service="\w+"\} ([\d.]+)$', re.MULTILINE)


@dataclass
class Replica:
    """One process of a service, and where it listens."""

    process: Process
    url: str


@dataclass
class Rolling:
    """Restarts services one after the other, for as long as a play takes.

    Attributes:
        settings: of the new processes, where they differ from those of the old.
        done: how often each service was rolled out.
        copies: messages that readers dropped as copies, by service, as their metrics said at their end.
        endings: exit codes of the processes that were asked to end.
    """

    system: EmbeddedSystem
    settings: dict[str, str] = field(default_factory=dict[str, str])
    rounds: int = MOST_ROUNDS
    done: Counter[str] = field(default_factory=Counter[str])
    copies: Counter[str] = field(default_factory=Counter[str])
    endings: Counter[int | None] = field(default_factory=Counter[int | None])
    _replicas: dict[str, list[Replica]] = field(default_factory=dict[str, list[Replica]])

    def addresses(self, service: str) -> Sequence[str]:
        """Return where a service's processes listen that may be called."""
        return [replica.url for replica in self._of(service)]

    async def roll_while(self, needed: Callable[[], bool]) -> None:
        """Roll out one service after the other as long as it is needed, a few times at the most."""
        for service in [*SERVICES] * self.rounds:
            if needed():
                await self.roll(service)

    async def roll(self, service: str) -> None:
        """Replace a service's process twice, so that the second stand-in listens where the first process did."""
        home = self.system.ports[service]
        for port in (free_port(), home):
            [old] = self._of(service)
            new = Replica(await self.system.start_replica(service, port, **self.settings), f"http://127.0.0.1:{port}")
            await wait_until_ready([f"{new.url}/{service}/health/ready"])
            self._of(service).append(new)
            await self._end(service, old)
            self.done[service] += 1

    async def count_copies(self) -> None:
        """Add what the running processes have dropped so far."""
        for service, replicas in self._replicas.items():
            for replica in replicas:
                self.copies[service] += await copies_of(replica.url, service)

    async def _end(self, service: str, old: Replica) -> None:
        self.copies[service] += await copies_of(old.url, service)
        await old.process.stop(STOP_SECONDS)
        self._of(service).remove(old)  # only now: who is sent there meanwhile is refused, and asks again
        self.endings[old.process.code] += 1

    def _of(self, service: str) -> list[Replica]:
        if service not in self._replicas:
            url = f"http://127.0.0.1:{self.system.ports[service]}"
            self._replicas[service] = [Replica(self.system.processes[service], url)]
        return self._replicas[service]


async def copies_of(url: str, service: str) -> int:
    """Return how many messages a process has dropped because they were taken in before."""
    async with aiohttp.ClientSession() as client, client.get(f"{url}/{service}/metrics") as answer:
        found = COPIES.search(await answer.read())
    return int(float(found[1])) if found else 0
