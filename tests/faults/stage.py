"""The whole system under faults: real service processes, a real database, a broker, a mail sink, and proxies between."""

import asyncio
import sys
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from tests.faults.clock import RoundClock
from tests.faults.database import Database
from tests.faults.history import History
from tests.faults.kafka_proxy import KafkaProxy
from tests.faults.mail_script import ScriptedSink
from tests.faults.names import Names
from tests.faults.parts import Broker, EmbeddedBroker, KafkaBroker, Keeper
from tests.faults.programs import Programs
from tests.faults.schedule import LINES, SERVICES
from tests.faults.tcp_proxy import FaultProxy

from launcher.environments import Addresses, inherited, settings_of
from launcher.keys import load_keys
from launcher.ports import free_port
from launcher.readiness import republish_contacts

TICK_SECONDS = 0.02
START_SECONDS = 120.0
# Shorter than in production where a round would have to wait: a lost tail is looked for every 10 s instead of 180, a
# mail's lease runs out after 5 s instead of 60.
ENVIRONMENT = {
    "TIMERS_FOLLOW_CLOCK": "false",
    "RECONCILE_SECONDS": "10",
    "MAIL_LEASE_SECONDS": "5",
    "KAFKA_LOOK_SECONDS": "2",
    "SMTP_TIMEOUT_SECONDS": "5",
    "LOG_LEVEL": "INFO",
}


@dataclass
class Stage:
    """A system in a folder of its own; ``kind`` of broker is ``embedded`` or ``process`` (Apache Kafka)."""

    folder: Path
    history: History
    kind: str = "embedded"
    keepers: dict[str, Keeper] = field(default_factory=dict[str, Keeper])
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    settings: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs = self.folder / "logs"
        self.logs.mkdir(exist_ok=True)
        self.clock = RoundClock(self.folder / "clock")
        self.keys = load_keys(self.folder / "keys.json")
        self.database = Database(self.folder / "database")
        self.names = Names(self.folder / "names")
        self.sink = ScriptedSink(self.folder / "mail")
        self.broker_line = KafkaProxy("broker")
        self.lines = {name: FaultProxy(name) for name in LINES} | {"broker": self.broker_line}
        self.broker_life = 1  # goes up when the broker loses what it held, so that offsets begin anew
        self._owners: dict[str, str] = {}
        self.programs = Programs(self.settings, self._owners, self.logs, self.names)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.lines['broker'].port}"

    async def sql(self, service: str, query: str, *values: Any) -> list[Any]:
        """Ask a database, past the proxy."""
        return await self.database.sql(service, query, *values)

    async def is_ready(self, service: str) -> bool:
        return await self.answers(f"{self.url(service)}/{service}/health/ready")

    async def answers(self, url: str) -> bool:
        """Whether there is a good answer at an address."""
        with suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(total=2)
            async with aiohttp.ClientSession(timeout=timeout) as client, client.get(url) as answer:
                return answer.ok
        return False

    async def begin_services(self) -> None:
        """Start all four and wait until they are ready."""
        for service in SERVICES:
            environment = {**inherited(), **self.settings[service]}
            words = tuple(self.names.wrap(sys.executable, "-m", "launcher.serve", service))
            self.keepers[service] = Keeper(service, words, environment, self.logs, self.history)
            self.keepers[service].begin()
        async with asyncio.timeout(START_SECONDS):
            for service in SERVICES:
                while not await self.is_ready(service):
                    await asyncio.sleep(0.2)

    async def start_broker(self) -> None:
        """Start the broker, one that keeps nothing empty, and lead the line to it."""
        self.broker_life += not self.broker.keeps
        self.history.note("broker_began", life=self.broker_life)
        await asyncio.to_thread(self.broker.start)
        self.lines["broker"].target = self.broker.port
        if not self.broker.keeps:
            self._tasks.append(asyncio.create_task(self._tell_contacts_again(), name="contacts"))

    async def wait_for_contacts(self) -> None:
        """Wait until contacts that a new broker lacks have been told again, or cannot be."""
        telling = [task for task in self._tasks if task.get_name() == "contacts" and not task.done()]
        if telling:
            await asyncio.wait(telling)

    async def _tell_contacts_again(self) -> None:
        """The new broker lacks the contacts; registration tells them once it answers."""
        for _ in range(60):
            if await self.is_ready("registration"):
                with suppress(aiohttp.ClientError, RuntimeError, TimeoutError):
                    await republish_contacts(self.url("registration"), self.keys, self.clock.now())
                    return
            await asyncio.sleep(0.5)

    async def _start(self) -> None:
        await self.database.start()
        await self.sink.start()
        for line in self.lines.values():
            await line.start()
        advertised = self.lines["broker"].port
        self.broker: Broker = (
            EmbeddedBroker(advertised) if self.kind == "embedded" else KafkaBroker(self.folder / "kafka", advertised)
        )
        await asyncio.to_thread(self.broker.start)
        self.lines["database"].target, self.lines["mail"].target = self.database.server.port, self.sink.port
        self.lines["broker"].target = self.broker.port
        if self.broker.keeps:
            await self.programs.make_topics(self.bootstrap)
        await self._make_settings()
        self._tasks.append(asyncio.create_task(self._tick(), name="clock"))

    async def _make_settings(self) -> None:
        bootstrap = f"{self.names.host('broker')}:{self.lines['broker'].port}"
        addresses = Addresses("http://127.0.0.1:1", self.ports, bootstrap, self.lines["mail"].port)
        own = f"127.0.0.1:{self.database.server.port}/"
        proxied = f"{self.names.host('database')}:{self.lines['database'].port}/"
        for service in SERVICES:
            made = await asyncio.to_thread(self.database.server.create_service_database, service)
            self._owners[service] = made.owner_url.replace(own, proxied)
            settings = settings_of(service, made, addresses, self.keys)
            settings["DATABASE_URL"] = settings["DATABASE_URL"].replace(own, proxied)
            # The embedded broker lets every join wait for a whole session; Apache Kafka for that of a dead member alone.
            session = "10" if self.broker.keeps else "4"
            self.settings[service] = {
                **settings,
                **ENVIRONMENT,
                "SMTP_HOST": self.names.host("mail"),
                "CONSUMER_SESSION_SECONDS": session,
                "SCENARIO_CLOCK": str(self.folder / "clock"),
            }

    async def _tick(self) -> None:
        while True:
            self.clock.tick()
            await asyncio.sleep(TICK_SECONDS)

    async def _stop(self) -> None:
        """End every part, also behind one that cannot be ended; what was begun last goes first."""
        async with AsyncExitStack() as parts:
            parts.push_async_callback(self.database.stop, self.logs)
            if hasattr(self, "broker"):
                parts.push_async_callback(asyncio.to_thread, self.broker.stop)
            parts.push_async_callback(self.sink.stop)
            for line in self.lines.values():
                parts.push_async_callback(line.stop)
            for task in self._tasks:
                parts.callback(task.cancel)
            for keeper in self.keepers.values():
                parts.push_async_callback(keeper.end)
            parts.push_async_callback(self.programs.stop)
