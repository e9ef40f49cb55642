"""A service taken back to an earlier moment by the steps of docs/operate/restore.md, each by the command that stands there."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.system.conftest import MakeKafka

from common.delivery.relay import plain_dsn
from launcher.postgres import programs
from launcher.processes import Process
from launcher.readiness import wait_until_ready
from launcher.system import EmbeddedSystem
from scenario.doors.system import System

DUMP = ("--format=custom", "--no-owner", "--no-acl")
RESTORE = ("--no-owner", "--no-acl", "--clean", "--if-exists", "--exit-on-error")


@asynccontextmanager
async def system_on_kafka(make_kafka: MakeKafka) -> AsyncGenerator[tuple[EmbeddedSystem, System, Path]]:
    """Run a system whose readers look for what they lack each second; yield it, its doors, and a folder for dumps."""
    with tempfile.TemporaryDirectory(prefix="ocop-restore-") as name, make_kafka() as kafka:
        folder = Path(name)
        async with EmbeddedSystem(
            folder / "state",
            scenario_clock=folder / "clock",
            kafka=kafka,
            durable=False,
            environment={"RECONCILE_SECONDS": "1"},
        ) as system:
            assert system.clock_writer is not None
            doors = System(system.url, system.private_key, system.clock_writer)
            try:
                yield system, doors, folder
            finally:
                await doors.close()


@dataclass
class Restoring:
    """Dumps, restores and restarts services of a system that runs."""

    system: EmbeddedSystem
    folder: Path
    _running: dict[str, Process] = field(default_factory=dict[str, Process])

    async def dump(self, service: str) -> None:
        await self._run(str(programs() / "pg_dump"), *DUMP, "--file", self._dump(service), self._owner(service))

    async def stop(self, service: str) -> None:
        await self._running.get(service, self.system.processes[service]).stop(60)

    async def restore(self, service: str) -> None:
        words = [*RESTORE, "--dbname", self._owner(service), self._dump(service)]
        await self._run(str(programs() / "pg_restore"), *words)

    async def say(self, service: str, *words: str) -> str:
        """Give a service's command, as its operator does; return what it says."""
        environment = self.system.environment_of(service)
        return await self._run(sys.executable, "-m", service, *words, environment=environment)

    async def refuse(self, service: str) -> str:
        """Start a service that refuses to; return what it says."""
        environment = self.system.environment_of(service)
        pipe = asyncio.subprocess.PIPE
        words = (sys.executable, "-m", service)
        process = await asyncio.create_subprocess_exec(*words, env=environment, stdout=pipe, stderr=pipe)
        out, errors = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 3, errors.decode()
        return (out + errors).decode()

    async def start(self, service: str, **settings: str) -> None:
        port = self.system.ports[service]
        self._running[service] = await self.system.start_replica(service, port, **settings)
        await wait_until_ready([f"http://127.0.0.1:{port}/{service}/health/ready"])

    def _dump(self, service: str) -> str:
        return str(self.folder / f"{service}.dump")

    def _owner(self, service: str) -> str:
        return plain_dsn(self.system.postgres.create_service_database(service).owner_url)

    @staticmethod
    async def _run(*words: str, environment: dict[str, str] | None = None) -> str:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*words, env=environment, stdout=pipe, stderr=pipe)
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return out.decode()
