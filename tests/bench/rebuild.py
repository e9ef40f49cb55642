"""Rebuild of reporting from its owners' histories: ``python -m reporting rebuild`` as an operator says it.

The owners are the services as they are run, their logs filled beforehand; wall seconds, processor seconds of all that take
part, and how large the processes that rebuild become. The way before stands beside it where the history is short enough.
"""

import asyncio
import json
import re
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil
from tests.bench.histories import Told, tell

from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE
from common.delivery.relay import plain_dsn
from launcher.environments import Addresses, settings_of
from launcher.ports import free_port
from launcher.processes import Process
from launcher.readiness import wait_until_ready
from launcher.system import EmbeddedSystem

OWNERS = ("registration", "allocation", "notifications")
LOG = ("position", "key", "key_sequence", "event_id", "headers", "value")
PIECE = 20_000
LOOK_SECONDS = 0.2
LONG = "all processors"
WAYS = {
    LONG: ("-m", "reporting", "rebuild"),
    "one process": ("-m", "reporting", "rebuild", "--processes", "1"),
    "the way before": ("-m", "tests.bench.by_position"),
}
LONGEST_BESIDE = 1_000_000
SETTLE = """
INSERT INTO event_log_keys (key, last, last_time)
SELECT key, max(key_sequence), max(headers->>'ce_time') FROM event_log GROUP BY key;
UPDATE event_log_head SET position = (SELECT max(position) FROM event_log),
                          published = (SELECT max(position) FROM event_log);
"""


@dataclass
class Rebuilding:
    """One rebuild: events; seconds it took, of them for reading and folding and for the change of the tables.

    Processor seconds are of its processes, their start included, of the database, and of the owners; megabytes are of its
    processes together, looked at all the time.
    """

    events: int
    seconds: float
    folding_seconds: float
    placing_seconds: float
    cpu_seconds: float
    database_seconds: float
    owners_seconds: float
    resident_mb: list[int] = field(default_factory=list[int])

    @property
    def rate(self) -> float:
        return self.events / (self.folding_seconds + self.placing_seconds)

    @property
    def quarters_mb(self) -> list[int]:
        """Return the sizes after each quarter of the time."""
        return [self.resident_mb[(len(self.resident_mb) - 1) * quarter // 4] for quarter in range(1, 5)]


def log_row(told: Told) -> tuple[int, bytes, int, UUID, str, bytes]:
    """Return an event as its owner's log holds it."""
    headers = {name: text.decode() for name, text in told.headers}
    position, number = int(headers.pop(SEQUENCE)), int(headers.pop(KEY_SEQUENCE))
    return position, told.key, number, UUID(headers["ce_id"]), json.dumps(headers), told.value


def pieces(count: int) -> Generator[tuple[str, list[Told]]]:
    """Yield the history in pieces of one owner each."""
    for _, piece in groupby(enumerate(tell(count)), lambda each: each[0] // PIECE):
        by_owner: dict[str, list[Told]] = {}
        for _, told in piece:
            by_owner.setdefault(told.topic.split(".")[1], []).append(told)
        yield from by_owner.items()


async def fill(urls: dict[str, str], count: int) -> None:
    """Put a history into the owners' logs, all of it numbered and published."""
    connections = {owner: await asyncpg.connect(plain_dsn(url)) for owner, url in urls.items()}
    for owner, piece in pieces(count):
        rows = [log_row(told) for told in piece]
        await connections[owner].copy_records_to_table("event_log", records=rows, columns=LOG)
    for connection in connections.values():
        await connection.execute(SETTLE)
        await connection.execute("VACUUM (ANALYZE) event_log")
        await connection.close()


@asynccontextmanager
async def owners(folder: Path, count: int) -> AsyncGenerator[dict[str, str]]:
    """Run the owners on a history; yield the environment of the command that rebuilds."""
    state = folder / "owners"
    state.mkdir(parents=True)
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(EmbeddedSystem(state, services=()))
        names = (*OWNERS, "reporting")
        databases = {name: system.postgres.create_service_database(name) for name in names}
        addresses = Addresses(
            system.url, {name: free_port() for name in names}, system.broker.bootstrap, system.sink.port
        )
        environments = {
            name: system.environment_of(name)
            | settings_of(name, databases[name], addresses, system.keys)
            | {"MIGRATION_DATABASE_URL": databases[name].owner_url, "EVIDENCE_STORE": str(folder / "evidence")}
            for name in names
        }
        for name in names:
            await _process(system.folder.logs, name, "migrate", environments[name]).run()
        await fill({name: databases[name].owner_url for name in OWNERS}, count)
        for name in OWNERS:  # they read nobody's history themselves
            process = _process(system.folder.logs, name, "serve", environments[name] | {"FEED_URLS": "{}"})
            await process.start()
            stack.push_async_callback(process.stop)
        await wait_until_ready([f"{addresses.of(name)}/{name}/health/ready" for name in OWNERS])
        yield environments["reporting"]


def _process(logs: Path, service: str, word: str, environment: dict[str, str]) -> Process:
    log = logs / f"{service}-{word}.log"
    return Process(f"{service}-{word}", [sys.executable, "-m", service, word], environment, log, None)


def _worked(kind: str) -> float:
    """Return the processor seconds of all that this process started: of the database's server, or of the services."""
    seconds = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            found = "database" if process.name() == "postgres" else "owners" if "serve" in process.cmdline() else ""
            if found == kind:
                seconds += sum(process.cpu_times()[:4] if kind == "database" else process.cpu_times()[:2])
    return seconds


def _look(process: psutil.Process, worked: dict[int, float]) -> int:
    """Note what a process and those it started have worked; return how large they are together."""
    size = 0
    with suppress(psutil.NoSuchProcess):
        for each in (process, *process.children()):
            with suppress(psutil.NoSuchProcess):
                worked[each.pid] = max(worked.get(each.pid, 0), sum(each.cpu_times()[:2]))
                size += each.memory_info().rss
    return size // 1024 // 1024


async def rebuild(environment: dict[str, str], count: int, words: Sequence[str]) -> Rebuilding:
    """Run the command to its end.

    Raises:
        RuntimeError: it failed, or read another number of events.
    """
    began, database, owning = time.perf_counter(), _worked("database"), _worked("owners")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=environment, stdout=asyncio.subprocess.PIPE
    )
    looked = psutil.Process(process.pid)
    telling = asyncio.create_task(process.communicate())
    sizes: list[int] = []
    worked: dict[int, float] = {}
    while not telling.done():
        if size := _look(looked, worked):  # it has none before it begins and after it has ended
            sizes.append(size)
        await asyncio.wait([telling], timeout=LOOK_SECONDS)
    told, _ = await telling
    seconds = time.perf_counter() - began
    said = re.match(r"(\d+) events read in ([\d.]+) s, put in place in ([\d.]+) s", told.decode().splitlines()[-1])
    if process.returncode or said is None or int(said[1]) != count:
        raise RuntimeError(f"the rebuild ended with {process.returncode}: {told.decode()}")
    return Rebuilding(
        count,
        seconds,
        float(said[2]),
        float(said[3]),
        sum(worked.values()),
        _worked("database") - database,
        _worked("owners") - owning,
        sizes,
    )


async def measure(folder: Path, counts: Sequence[int], rounds: int) -> list[tuple[str, list[Rebuilding]]]:
    """Return the rebuilds of every length of history by their way, the ways in turn."""
    found: list[tuple[str, list[Rebuilding]]] = []
    for count in counts:
        async with owners(folder / f"rebuild-{count}", count) as environment:
            ways = WAYS if count <= LONGEST_BESIDE else {LONG: WAYS[LONG]}
            turns = [
                {name: await rebuild(environment, count, words) for name, words in ways.items()} for _ in range(rounds)
            ]
            found += [(name, [turn[name] for turn in turns]) for name in ways]
        shutil.rmtree(folder / f"rebuild-{count}", ignore_errors=True)  # some 15 GB of ten million
    return found
