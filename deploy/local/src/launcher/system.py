"""The embedded system: database, broker, mail sink, the four services and one address for all, on one machine."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from launcher.broker import SERVICES, MockBroker, OutsideBroker
from launcher.environments import Addresses, inherited, scenario_settings, settings_of
from launcher.keys import load_keys
from launcher.mail_sink import MailSink
from launcher.ports import free_port
from launcher.postgres import PostgresServer
from launcher.processes import Process, Show
from launcher.readiness import SystemFailedError, republish_contacts, wait_until_ready
from launcher.scenario_clock import SCENARIO_BEGIN, ScenarioClockWriter
from launcher.state_folder import StateFolder
from launcher.supervision import Supervision, together

PROXY_STOP_SECONDS = 8.0
# A fetch that waits at the embedded broker is not answered when something comes, as Apache Kafka does, but when its time
# is over: so each hop costs half of that time. With 10 ms asking alone was a tenth of all that a play costs.
EMBEDDED_BROKER = {"CONSUMER_FETCH_WAIT_MS": "25"}
# So often asked, a fetch that lists 12 partitions of each topic is a fifth of all that a reader does in a play; with one
# reader a service nothing is gained by many.
EMBEDDED_PARTITIONS = 3

__all__ = ["EmbeddedSystem", "SystemFailedError"]


class EmbeddedSystem:
    """``async with EmbeddedSystem(state) as system``: up when the body begins, gone when it ends.

    When a part ends by itself the body is cancelled, and ProcessFailedError tells which part and why.

    Args:
        state: the folder that keeps everything; used again, the system goes on where it was.
        scenario_clock: file of the shared scenario clock; without it services run by the system clock.
        port: of the one address; any free one by default.
        services: those to run; for parts of the system.
        environment: further settings of the services.
        show: is given process name and line of all that the services say; ``state/logs`` has it in any case.
        kafka: host:port list of a broker elsewhere that has the topics; the embedded one by default.
        durable: False is faster and loses the state on a power cut; for a state that is thrown away.
    """

    def __init__(
        self,
        state: Path,
        *,
        scenario_clock: Path | None = None,
        port: int | None = None,
        services: Sequence[str] = SERVICES,
        environment: Mapping[str, str] | None = None,
        show: Show | None = None,
        kafka: str = "",
        durable: bool = True,
    ) -> None:
        self.folder = StateFolder(state)
        self.mail_dir = self.folder.mail
        self.keys = load_keys(self.folder.keys)
        self.private_key = self.keys.private_key
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ports = {name: free_port() for name in services}
        self.clock_writer = ScenarioClockWriter(scenario_clock, SCENARIO_BEGIN) if scenario_clock else None
        self.postgres, self.sink = PostgresServer(), MailSink(self.mail_dir)
        self.broker = OutsideBroker(kafka) if kafka else MockBroker(partitions=EMBEDDED_PARTITIONS)
        self.processes: dict[str, Process] = {}
        self._settings: dict[str, dict[str, str]] = {}
        self._environment = {
            **inherited(),
            **({} if kafka else EMBEDDED_BROKER),
            **scenario_settings(scenario_clock),
            **(environment or {}),
        }
        self._launch_words = ["-m", "launcher.serve", "{}"] if scenario_clock else ["-m", "{}", "serve"]
        self._show = show
        self._durable = durable
        self._stack = AsyncExitStack()
        self._supervision = Supervision()

    async def __aenter__(self) -> Self:
        self._supervision.begin()
        try:
            await self._start()
        except BaseException as error:
            await self._end(error)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end(error)

    @property
    def pids(self) -> dict[str, int]:
        """Return the process id of each part that was started."""
        own = {"postgres": self.postgres.process, "broker": self.broker.process}
        running = {name: process.pid for name, process in own.items() if process is not None}
        return running | {name: process.pid for name, process in self.processes.items()}

    @property
    def service_urls(self) -> dict[str, str]:
        """Return each service's own address; those who call much spare the way through the one for all."""
        return {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}

    def now(self) -> datetime:
        """Return the time by which the services run."""
        return self.clock_writer.now() if self.clock_writer is not None else datetime.now(UTC)

    def environment_of(self, service: str) -> dict[str, str]:
        """Return all of the environment of a service's processes, for commands beside them; addresses once it runs."""
        return {**self._environment, **self._settings.get(service, {})}

    async def start_replica(self, service: str, port: int, **settings: str) -> Process:
        """Start one more process of a service beside those that run, as a roll-out does; it goes with the system."""
        number = sum(name.split("-")[0] == service for name in self.processes) + 1
        process = self._service(f"{service}-{number}", service, {"HTTP_PORT": str(port), **settings})
        await self._launch(process)
        return process

    async def _start(self) -> None:
        self.folder.lock()
        self._stack.callback(self.folder.unlock)
        is_emptied = not self.folder.is_new and isinstance(self.broker, MockBroker)
        await together(self._start_database(), self._start_broker(), self._start_sink())
        addresses = Addresses(self.url, self.ports, self.broker.bootstrap, self.sink.port)
        self._stack.push_async_callback(self._stop_services)
        await together(self._start_services(addresses, empty_broker=is_emptied), self._start_proxy())
        self.folder.record(self.url, self.pids)
        await wait_until_ready([*(f"{addresses.of(name)}/{name}/health/ready" for name in self.ports), f"{self.url}/"])
        if is_emptied and "registration" in self.ports:
            await republish_contacts(addresses.of("registration"), self.keys, self.now())

    async def _start_database(self) -> None:
        self._stack.push_async_callback(asyncio.to_thread, self.postgres.stop)
        await asyncio.to_thread(self.postgres.prepare, self.folder.database, durable=self._durable)
        self.postgres.launch()
        await asyncio.to_thread(self.postgres.wait_ready)
        self._supervision.watch_server("PostgreSQL", self.postgres.process, self.postgres.last_words)

    async def _start_broker(self) -> None:
        self._stack.push_async_callback(asyncio.to_thread, self.broker.stop)
        self.broker.launch()
        await asyncio.to_thread(self.broker.wait_ready)
        self._supervision.watch_server("the broker", self.broker.process, lambda: "")

    async def _start_sink(self) -> None:
        self._stack.push_async_callback(self.sink.stop)
        await self.sink.start()

    async def _start_services(self, addresses: Addresses, *, empty_broker: bool) -> None:
        databases = {name: await asyncio.to_thread(self.postgres.create_service_database, name) for name in self.ports}
        self._settings = {name: settings_of(name, databases[name], addresses, self.keys) for name in self.ports}
        if "registration" in self._settings:
            self._settings["registration"]["EVIDENCE_STORE"] = str(self.folder.evidence)
        owners = {
            name: {**self._settings[name], "MIGRATION_DATABASE_URL": databases[name].owner_url} for name in self.ports
        }
        await self._process("migrations", ["-m", "launcher.migrate"], {"MIGRATIONS": json.dumps(owners)}).run()
        for name in self.ports:
            if empty_broker:  # everything is published again; readers drop what they know
                await asyncio.to_thread(self.postgres.execute, name, "UPDATE event_log_head SET published = 0")
            await self._launch(self._service(name, name, {}))

    async def _start_proxy(self) -> None:
        routes = [word for name, port in self.ports.items() for word in ("--route", f"{name}={port}")]
        words = ["-m", "launcher.proxy", "--port", str(self.port), "--state", str(self.folder.path), *routes]
        await self._launch(self._process("proxy", words, {}))

    async def _launch(self, process: Process) -> None:
        self.processes[process.name] = process
        await process.start()
        self._supervision.watch(process)

    def _service(self, name: str, service: str, settings: Mapping[str, str]) -> Process:
        words = [word.format(service) for word in self._launch_words]
        return self._process(name, words, {**self._settings[service], **settings})

    def _process(self, name: str, words: Sequence[str], settings: Mapping[str, str]) -> Process:
        log = self.folder.logs / f"{name}.log"
        return Process(name, [sys.executable, *words], {**self._environment, **settings}, log, self._show)

    async def _stop_services(self) -> None:
        """Close the front door first, then let the services end what they are at, side by side."""
        if "proxy" in self.processes:
            await self.processes["proxy"].stop(PROXY_STOP_SECONDS)
        await asyncio.gather(*(process.stop() for process in self.processes.values()))

    async def _end(self, error: BaseException | None) -> None:
        self._supervision.find_failure(error)
        await self._stack.aclose()
        self._supervision.end(error)
