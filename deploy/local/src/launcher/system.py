"""The embedded system: broker, database, mail sink, proxy and the four services on one machine."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from launcher.broker import SERVICES, MockBroker
from launcher.keys import load_keys
from launcher.mail_sink import MailSink
from launcher.ports import free_port
from launcher.postgres import PostgresServer, ServiceDatabase
from launcher.processes import Process
from launcher.proxy import Proxy
from launcher.scenario_clock import ScenarioClockWriter

READY_SECONDS = 60
SCENARIO_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE")


class SystemFailedError(RuntimeError):
    """The system could not start; the text says which part and why."""


class EmbeddedSystem:
    """``async with EmbeddedSystem(state) as system``: up when the body begins, gone when it ends.

    When one of its processes ends by itself the body is cancelled, and ProcessFailedError tells which one and why.

    Args:
        state: the folder that keeps everything; used again, the system goes on where it was.
        scenario_clock: file of the shared scenario clock; without it services run by the system clock.
        port: of the one address; any free one by default.
        environment: further settings of the services.
        echo: shows the services' log lines; None keeps them in ``state/logs`` only.
    """

    def __init__(
        self,
        state: Path,
        *,
        scenario_clock: Path | None = None,
        port: int | None = None,
        environment: dict[str, str] | None = None,
        echo: Callable[[str], None] | None = None,
    ) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.state = state.resolve()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.keys = load_keys(self.state / "keys.json")
        self.private_key = self.keys.private_key
        self.mail_dir = self.state / "mail"
        self.clock_writer = ScenarioClockWriter(scenario_clock, SCENARIO_BEGIN) if scenario_clock else None
        self.processes: dict[str, Process] = {}
        self.ports = {name: free_port() for name in SERVICES}
        self._scenario_clock = scenario_clock
        self._environment = environment or {}
        self._echo = echo
        self._stack = AsyncExitStack()
        self._watchers: list[asyncio.Task[None]] = []
        self._failure: Exception | None = None
        self._body: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Self:
        self._body = asyncio.current_task()
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        if self._failure is not None:
            raise self._failure from None

    async def _start(self) -> None:
        logs = self.state / "logs"
        logs.mkdir(exist_ok=True)
        broker, postgres, sink = MockBroker(), PostgresServer(), MailSink(self.mail_dir)
        broker.start()
        self._stack.callback(broker.stop)
        await sink.start()
        self._stack.push_async_callback(sink.stop)
        postgres.start(self.state / "postgres" / "data")
        self._stack.callback(postgres.stop)
        databases = {name: postgres.create_service_database(name) for name in SERVICES}
        environments = {
            name: self._environment_of(name, databases[name], broker.bootstrap, sink.port) for name in SERVICES
        }
        await asyncio.gather(*(self._migrate(name, environments[name]) for name in SERVICES))
        for name in SERVICES:  # the broker starts empty: everything is published again, readers drop what they know
            postgres.execute(name, "UPDATE event_log_head SET published = 0")
        self._stack.push_async_callback(self._stop_services)
        await asyncio.gather(*(self._launch(name, environments[name]) for name in SERVICES))
        await self._wait_until_ready()
        await self._stack.enter_async_context(Proxy(self.ports, self.port).run())
        await self._republish_contacts()

    def _environment_of(self, name: str, database: ServiceDatabase, bootstrap: str, smtp_port: int) -> dict[str, str]:
        scenario = {
            "SCENARIO_CLOCK": str(self._scenario_clock),
            "TIMERS_FOLLOW_CLOCK": "true",
            "TIMER_POLL_SECONDS": "0.02",
        }
        urls = ", ".join(f'"{other}": "http://127.0.0.1:{port}"' for other, port in self.ports.items())
        return {
            **{key: os.environ[key] for key in INHERITED if key in os.environ},
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": database.app_url,
            "MIGRATION_DATABASE_URL": database.owner_url,
            "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "HTTP_PORT": str(self.ports[name]),
            "PUBLIC_URL": self.url,
            "FEED_URLS": f"{{{urls}}}",
            "TOKEN_KEYS": self.keys.public_keys,
            "SERVICE_TOKEN": self.keys.service_token(name),
            "LINK_KEY": self.keys.link_key,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(smtp_port),
            "RELAY_POLL_SECONDS": "0.02",
            "CONSUMER_BATCH_TIMEOUT_MS": "10",
            **(scenario if self._scenario_clock else {}),
            **self._environment,
        }

    async def _migrate(self, name: str, environment: dict[str, str]) -> None:
        process = self._process(f"{name}-migrate", ["-m", name, "migrate"], environment)
        await process.start()
        code = await process.wait()
        if code:
            raise process.failure(code)

    async def _launch(self, name: str, environment: dict[str, str]) -> None:
        process = self.processes[name] = self._process(name, ["-m", "launcher.serve", name], environment)
        await process.start()
        self._watchers.append(asyncio.create_task(self._watch(process)))

    def _process(self, name: str, arguments: list[str], environment: dict[str, str]) -> Process:
        log = self.state / "logs" / f"{name}.log"
        return Process(name, [sys.executable, *arguments], environment, log, self._echo)

    async def _watch(self, process: Process) -> None:
        code = await process.wait()
        if not process.stopping and self._failure is None:
            self._failure = process.failure(code)
            if self._body is not None:
                self._body.cancel()

    async def _wait_until_ready(self) -> None:
        async with httpx.AsyncClient() as client:
            for name, port in self.ports.items():
                await self._wait_for(client, name, f"http://127.0.0.1:{port}/{name}/health/startup")

    async def _wait_for(self, client: httpx.AsyncClient, name: str, url: str) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                while True:
                    try:
                        if (await client.get(url)).is_success:
                            return
                    except httpx.TransportError:
                        pass
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise SystemFailedError(f"{name} was not ready in {READY_SECONDS} s; see {self.state / 'logs'}") from None

    async def _republish_contacts(self) -> None:
        """Contacts are in no event log: after a loss of the broker their owner tells them again."""

    async def _stop_services(self) -> None:
        await asyncio.gather(*(process.stop() for process in self.processes.values()))
        await asyncio.gather(*self._watchers, return_exceptions=True)
