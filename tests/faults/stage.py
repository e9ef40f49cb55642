"""The whole system under faults: real service processes, a real database, a broker, a mail sink, and proxies between."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import asyncpg
from tests.faults.clock import RoundClock
from tests.faults.history import History
from tests.faults.parts import Broker, EmbeddedBroker, KafkaBroker, Keeper
from tests.faults.schedule import LINES, SERVICES
from tests.faults.tcp_proxy import FaultProxy

from launcher.environments import Addresses, inherited, settings_of
from launcher.keys import load_keys
from launcher.mail_sink import MailSink
from launcher.ports import free_port
from launcher.postgres import PostgresFailedError, PostgresServer
from launcher.processes import Process
from launcher.readiness import republish_contacts

TICK_SECONDS = 0.02
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
    postgres: PostgresServer = field(default_factory=PostgresServer)
    keepers: dict[str, Keeper] = field(default_factory=dict[str, Keeper])
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    settings: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs = self.folder / "logs"
        self.logs.mkdir(exist_ok=True)
        self.clock = RoundClock(self.folder / "clock")
        self.keys = load_keys(self.folder / "keys.json")
        self.sink = MailSink(self.folder / "mail")
        self.lines = {name: FaultProxy(name) for name in LINES}
        self.broker_life = 1  # goes up when the broker loses what it held, so that offsets begin anew
        self._twins: list[Process] = []
        self._ticking: asyncio.Task[None] | None = None

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

    async def connect(self, service: str) -> asyncpg.Connection:
        """Return a connection of the superuser, past the proxy."""
        url = self.postgres.url(service).replace("postgresql+asyncpg", "postgresql")
        connection: asyncpg.Connection = await asyncpg.connect(url, timeout=10, command_timeout=60)
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        return connection

    async def sql(self, service: str, query: str, *values: Any) -> list[Any]:
        connection = await self.connect(service)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()

    async def is_ready(self, service: str) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(total=2)
            async with (
                aiohttp.ClientSession(timeout=timeout) as client,
                client.get(f"{self.url(service)}/{service}/health/ready") as answer,
            ):
                return answer.ok
        return False

    async def start_database_again(self) -> None:
        """Start PostgreSQL on its port; what a killed one left may take a moment to be gone."""
        for attempt in range(20):
            self.postgres.launch(self.postgres.port)
            try:
                await asyncio.to_thread(self.postgres.wait_ready)
            except PostgresFailedError:
                if attempt == 19:
                    raise
                await asyncio.sleep(0.3)
            else:
                return

    async def start_broker_again(self) -> None:
        """Start the broker; one that lost everything is filled again, as the launcher does it."""
        if not self.broker.keeps:
            for service in SERVICES:
                await self.sql(service, "UPDATE event_log_head SET published = 0")
        await self.start_broker_empty()

    async def start_broker_empty(self) -> None:
        """Start the broker as it is, and lead the line to it."""
        self.broker_life += not self.broker.keeps
        await asyncio.to_thread(self.broker.start)
        self.lines["broker"].target = self.broker.port
        if not self.broker.keeps:
            await self.tell_contacts_again()

    async def tell_contacts_again(self) -> None:
        """The new broker lacks the contacts; registration tells them once it answers."""
        for _ in range(60):
            if await self.is_ready("registration"):
                with suppress(aiohttp.ClientError, RuntimeError, TimeoutError):
                    await republish_contacts(self.url("registration"), self.keys, self.clock.now())
                    return
            await asyncio.sleep(0.5)

    async def run_migration(self, service: str, failpoints: str = "") -> int:
        """Run a service's migration command; return its exit code."""
        environment = {**self.settings[service], "MIGRATION_DATABASE_URL": self._owners[service]}
        environment |= {"FAILPOINTS": failpoints} if failpoints else {}
        words = [sys.executable, "-m", service, "migrate"]
        process = Process(f"{service}-migrate", words, {**inherited(), **environment}, self.logs / "migrate.log")
        await process.start()
        return await process.wait()

    def own_environment(self, service: str) -> dict[str, str]:
        """Return the environment of a program of this folder that acts as a service."""
        environment = {**inherited(), **self.settings[service]}
        root = str(Path(__file__).parents[2])
        return {**environment, "PYTHONPATH": f"{root}:{environment.get('PYTHONPATH', '')}"}

    async def start_twin(self, service: str) -> Process:
        """Start a second relay for a service that does not heed the first one's lock."""
        words = [sys.executable, "-m", "tests.faults.twin", service]
        twin = Process(f"{service}-twin", words, self.own_environment(service), self.logs / f"{service}-twin.log")
        await twin.start()
        self._twins.append(twin)
        return twin

    async def _start(self) -> None:
        await asyncio.to_thread(self.postgres.prepare, self.folder / "database")
        self.postgres.launch()
        await asyncio.to_thread(self.postgres.wait_ready)
        await self.sink.start()
        for line in self.lines.values():
            await line.start()
        advertised = self.lines["broker"].port
        self.broker: Broker = (
            EmbeddedBroker(advertised) if self.kind == "embedded" else KafkaBroker(self.folder / "kafka", advertised)
        )
        await asyncio.to_thread(self.broker.start)
        self.lines["database"].target, self.lines["mail"].target = self.postgres.port, self.sink.port
        self.lines["broker"].target = self.broker.port
        await self._make_topics()
        await self._make_settings()
        self._ticking = asyncio.create_task(self._tick(), name="clock")
        for service in SERVICES:
            environment = {**inherited(), **self.settings[service]}
            words = ("-m", "launcher.serve", service)
            self.keepers[service] = Keeper(service, words, environment, self.logs, self.history)

    async def begin_services(self) -> None:
        """Start all four and wait until they are ready."""
        for keeper in self.keepers.values():
            keeper.begin()
        async with asyncio.timeout(120):
            for service in SERVICES:
                while not await self.is_ready(service):
                    await asyncio.sleep(0.2)

    async def _make_topics(self) -> None:
        if self.kind == "embedded":
            return
        file = Path(__file__).parents[2] / "deploy/topics.yaml"
        words = ["topics", "apply", "--file", str(file), "--environment", "single-node", "--yes"]
        environment = {**inherited(), "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap}
        making = Process("topics", [sys.executable, "-m", "operations", *words], environment, self.logs / "topics.log")
        await making.run()

    async def _make_settings(self) -> None:
        addresses = Addresses("http://127.0.0.1:1", self.ports, self.bootstrap, self.lines["mail"].port)
        own, proxied = f":{self.postgres.port}/", f":{self.lines['database'].port}/"
        self._owners: dict[str, str] = {}
        for service in SERVICES:
            database = await asyncio.to_thread(self.postgres.create_service_database, service)
            self._owners[service] = database.owner_url
            settings = settings_of(service, database, addresses, self.keys)
            settings["DATABASE_URL"] = settings["DATABASE_URL"].replace(own, proxied)
            # The embedded broker lets every join wait for a whole session; Apache Kafka for that of a dead member alone.
            session = "10" if self.broker.keeps else "4"
            self.settings[service] = {
                **settings,
                **ENVIRONMENT,
                "CONSUMER_SESSION_SECONDS": session,
                "SCENARIO_CLOCK": str(self.folder / "clock"),
            }

    async def _tick(self) -> None:
        while True:
            self.clock.tick()
            await asyncio.sleep(TICK_SECONDS)

    async def _stop(self) -> None:
        await asyncio.gather(*(twin.stop() for twin in self._twins))
        await asyncio.gather(*(keeper.end() for keeper in self.keepers.values()))
        if self._ticking is not None:
            self._ticking.cancel()
        for line in self.lines.values():
            await line.stop()
        await self.sink.stop()
        if hasattr(self, "broker"):
            await asyncio.to_thread(self.broker.stop)
        await asyncio.to_thread(self.postgres.stop)
