"""Programs that are run beside the services of a round: migrations, twins of relays, more replicas, topics, operators."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.names import Names

from launcher.environments import inherited
from launcher.ports import free_port
from launcher.processes import Process

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Replica:
    """One more process of a service; ``url`` says whether it is ready."""

    process: Process
    url: str


@dataclass
class Programs:
    """Starts programs with the settings of a service.

    Attributes:
        settings: of each service.
        owners: the address of each service's database for the one who owns it.
        logs: where what they say is kept.
        names: those that the settings use.
    """

    settings: Mapping[str, dict[str, str]]
    owners: Mapping[str, str]
    logs: Path
    names: Names
    _running: list[Process] = field(default_factory=list[Process])

    async def migrate(self, service: str, failpoints: str = "") -> int:
        """Run a service's migration command; return its exit code."""
        more = {"MIGRATION_DATABASE_URL": self.owners[service], **({"FAILPOINTS": failpoints} if failpoints else {})}
        process = await self._start(f"{service}-migrate", ("-m", service, "migrate"), self._environment(service) | more)
        return await process.wait()

    async def rebuild(self, service: str) -> int:
        """Let an operator make a service's read models anew while it runs; return the exit code."""
        environment = self._environment(service) | {"MIGRATION_DATABASE_URL": self.owners[service]}
        return await (await self._start(f"{service}-rebuild", ("-m", service, "rebuild"), environment)).wait()

    async def redrive(self, service: str, number: int) -> int:
        """Let an operator run all that is parked again; return the exit code."""
        words = ("-m", "tests.faults.redrive", service)
        process = await self._start(f"redrive-{number}", words, self._own_environment(service))
        return await process.wait()

    async def start_twin(self, service: str) -> Process:
        """Start a second relay for a service that does not heed the first one's lock."""
        words = ("-m", "tests.faults.twin", service)
        return await self._start(f"{service}-twin", words, self._own_environment(service))

    async def start_replica(self, service: str, number: int) -> Replica:
        """Start one more process of a service, on a port of its own."""
        port = free_port()
        environment = {**self._environment(service), "HTTP_PORT": str(port)}
        process = await self._start(f"{service}-replica-{number}", ("-m", "launcher.serve", service), environment)
        return Replica(process, f"http://127.0.0.1:{port}/{service}/health/ready")

    async def end(self, process: Process) -> int:
        """Ask a program to leave; return its exit code."""
        await process.stop()
        return await process.wait()

    async def make_topics(self, bootstrap: str) -> None:
        """Make the topics as they are in production, on one node."""
        words = ("-m", "operations", "topics", "apply", "--file", str(ROOT / "deploy/topics.yaml"))
        environment = {**inherited(), "KAFKA_BOOTSTRAP_SERVERS": bootstrap}
        process = await self._start("topics", (*words, "--environment", "single-node", "--yes"), environment)
        if code := await process.wait():
            raise RuntimeError(f"the topics could not be made (code {code}): {self.logs / 'topics.log'}")

    async def stop(self) -> None:
        """End whatever still runs."""
        for process in self._running:
            await process.stop()

    async def _start(self, name: str, words: tuple[str, ...], environment: Mapping[str, str]) -> Process:
        line = self.names.wrap(sys.executable, *words)
        process = Process(name, line, environment, self.logs / f"{name}-{len(self._running)}.log")
        await process.start()
        self._running.append(process)
        return process

    def _environment(self, service: str) -> dict[str, str]:
        return {**inherited(), **self.settings[service]}

    def _own_environment(self, service: str) -> dict[str, str]:
        """Return the environment of a program of this folder that acts as a service."""
        environment = self._environment(service)
        return {**environment, "PYTHONPATH": f"{ROOT}:{environment.get('PYTHONPATH', '')}"}
