"""Replay into reporting: the service as it is run reads whole topics into an empty database; how fast, how large."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
from confluent_kafka import Producer
from tests.bench.histories import tell
from tests.brokers.kinds import make_broker

from launcher.system import EmbeddedSystem

LOOK_SECONDS = 0.1
READ = "SELECT coalesce(sum(last), 0) FROM inbox"


@dataclass(frozen=True)
class Replay:
    """One replay; megabytes before the first event, halfway, and after the last."""

    events: int
    rate: float
    resident_mb: tuple[int, int, int]


def fill(bootstrap: str, count: int) -> None:
    """Put a history on the topics."""
    producer = Producer(
        {"bootstrap.servers": bootstrap, "linger.ms": 20, "partitioner": "murmur2_random", "enable.idempotence": True}
    )
    for told in tell(count):
        while True:
            try:
                producer.produce(told.topic, told.value, told.key, headers=dict(told.headers))
                break
            except BufferError:
                producer.poll(1)
        producer.poll(0)
    producer.flush()


def resident_mb(pid: int) -> int:
    return psutil.Process(pid).memory_info().rss // 1024 // 1024


async def measure_once(kind: str, folder: Path, count: int) -> Replay:
    """Fill a fresh broker, let a fresh reporting read it all."""
    broker = make_broker(kind, folder / "kafka")
    broker.start()
    try:
        broker.renew()
        fill(broker.bootstrap, count)
        async with EmbeddedSystem(folder / "state", services=("reporting",), kafka=broker.bootstrap) as system:
            return await _watch(system, count)
    finally:
        broker.stop()


async def _watch(system: EmbeddedSystem, count: int) -> Replay:
    url = system.postgres.url("reporting").replace("postgresql+asyncpg", "postgresql")
    connection: asyncpg.Connection = await asyncpg.connect(url)
    pid = system.processes["reporting"].pid
    began, first, read = 0.0, 0, 0
    sizes = [resident_mb(pid)]
    while read < count:
        read = int(await connection.fetchval(READ))
        if not began and read:
            began, first = time.perf_counter(), read
        if len(sizes) == 1 and read >= count / 2:
            sizes.append(resident_mb(pid))
        if read < count:
            await asyncio.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - began
    await connection.close()
    return Replay(count, (count - first) / seconds, (sizes[0], sizes[-1], resident_mb(pid)))


async def measure(kind: str, folder: Path, counts: Sequence[int], rounds: int) -> list[list[Replay]]:
    """Return the replays of every count, the counts in turn."""
    found: list[list[Replay]] = [[] for _ in counts]
    for number in range(rounds):
        for place, count in enumerate(counts):
            found[place].append(await measure_once(kind, folder / f"replay-{number}-{count}", count))
    return found
