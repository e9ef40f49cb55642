"""The relay: events a second numbered, logged and published; how soon one is out after its commit; what a backlog costs.

Beside it, in the same run, the bare client on the same broker: records a second sent, and one acknowledged send.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from pydantic_core import to_json
from tests.bench.consume import make_tables
from tests.brokers.kinds import make_broker

from common.clock import SystemClock
from common.contracts.base import events_topic
from common.contracts.registration import RegistrationOpened
from common.delivery.envelope import make_headers, source_of
from common.delivery.outbox import OutgoingMessage
from common.delivery.publishing import MAX_BATCH_BYTES
from common.delivery.relay import plain_dsn
from common.ids import new_id
from common.service import Service
from common.settings import ServiceSettings
from launcher.postgres import PostgresServer

SERVICE = "reader"
TOPIC = events_topic(SERVICE)
KEYS = 60
VALUE = b'{"edition_id":"' + b"0" * 36 + b'","note":"' + b"x" * 300 + b'"}'
FILL = """
INSERT INTO outbox (event_id, topic, key, headers, value)
SELECT gen_random_uuid(), $1, convert_to('00000000-0000-0000-0000-' || lpad((n % $2)::text, 12, '0'), 'UTF8'),
       $3::text::jsonb || jsonb_build_object('ce_id', gen_random_uuid()), $4
FROM generate_series(1, $5) AS n
"""


@dataclass
class RelayFigures:
    """One number a round: events a second, and milliseconds."""

    relay: list[float] = field(default_factory=list[float])
    raw: list[float] = field(default_factory=list[float])
    behind_backlog: list[float] = field(default_factory=list[float])
    out_ms: list[float] = field(default_factory=list[float])
    raw_ack_ms: list[float] = field(default_factory=list[float])
    unit_ms: list[float] = field(default_factory=list[float])
    unit_alone_ms: list[float] = field(default_factory=list[float])


def _headers() -> dict[str, str]:
    story = str(new_id())
    return make_headers(
        RegistrationOpened,
        event_id=new_id(),
        source=source_of(SERVICE),
        subject=str(UUID(int=1)),
        time=SystemClock().now(),
        correlation_id=story,
        causation_id=story,
        trace_parent=None,
    )


class RelayBench:
    """One database, one broker, and the ways to load and to empty the outbox."""

    def __init__(self, connection: asyncpg.Connection, settings: ServiceSettings) -> None:
        self._connection = connection
        self._settings = settings
        self._headers = _headers()

    async def fill(self, count: int) -> None:
        """Put events into the outbox, as if so many had been committed while no relay ran.

        What gathers in hours autovacuum has seen, and marked as visible to all; what is put there at once it has not.
        """
        headers = to_json({name: text for name, text in self._headers.items() if name != "ce_id"}).decode()
        await self._connection.execute(FILL, TOPIC, KEYS, headers, VALUE, count)
        await self._connection.execute("VACUUM (ANALYZE) outbox")

    async def published(self) -> int:
        """Return how far the broker has acknowledged the log."""
        return await self._connection.fetchval("SELECT published FROM event_log_head")

    async def empty(self, count: int) -> float:
        """Run a relay until it has published ``count`` more; return events a second."""
        goal = await self.published() + count
        async with self._running():
            began = time.perf_counter()
            while await self.published() < goal:
                await asyncio.sleep(0.02)
            return count / (time.perf_counter() - began)

    async def send_raw(self, count: int) -> float:
        """Send the same records with the bare client, all on their way at once; return records a second."""
        headers = [(name, text.encode()) for name, text in self._headers.items()]
        async with self._producer() as producer:
            began = time.perf_counter()
            sent = [
                await producer.send(TOPIC, VALUE, str(UUID(int=n % KEYS)).encode(), headers=headers)
                for n in range(count)
            ]
            await asyncio.gather(*sent)
            return count / (time.perf_counter() - began)

    async def acknowledged_ms(self, count: int) -> float:
        """Return the median milliseconds of one acknowledged send of the bare client."""
        times: list[float] = []
        async with self._producer() as producer:
            for _ in range(count):
                began = time.perf_counter()
                await producer.send_and_wait(TOPIC, VALUE, b"key")
                times.append(time.perf_counter() - began)
        return median(times) * 1000

    async def unit_alone_ms(self, count: int) -> float:
        """Return the median milliseconds of a unit of work that tells an event while no relay runs."""
        service = self._service()
        times = [await self._tell(service) for _ in range(count)]
        await service.engine.dispose()
        return median(times) * 1000

    async def out_ms(self, count: int) -> tuple[float, float]:
        """Return the median milliseconds from an event's commit until the broker has acknowledged it, and of its unit of work.

        Looking at the counter now and again would cost the same loop more than what it looks for.
        """
        service = self._service()
        acknowledged = asyncio.Event()
        counter: Any = service.metrics.published.labels(SERVICE)
        add = counter.inc

        def add_and_tell(amount: float = 1) -> None:
            add(amount)
            acknowledged.set()

        counter.inc = add_and_tell
        times: list[float] = []
        units: list[float] = []
        async with self._running(service):
            for _ in range(count):
                acknowledged.clear()
                units.append(await self._tell(service))
                began = time.perf_counter()
                await acknowledged.wait()
                times.append(time.perf_counter() - began)
        return median(times) * 1000, median(units) * 1000

    async def _tell(self, service: Service) -> float:
        """Tell an event in a unit of work; return the seconds that it took."""
        began = time.perf_counter()
        async with service.units.begin() as uow:
            uow.send(OutgoingMessage(new_id(), TOPIC, b"key", self._headers, VALUE))
        return time.perf_counter() - began

    def _service(self) -> Service:
        return Service(SERVICE, self._settings, SystemClock(), [])

    @asynccontextmanager
    async def _running(self, service: Service | None = None) -> AsyncGenerator[None]:
        service = service or self._service()
        relaying = asyncio.create_task(service.relay.run())
        yield
        service.relay.stop()
        await relaying
        await service.feeds.close()
        await service.engine.dispose()

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka_bootstrap_servers,
            enable_idempotence=True,
            acks="all",
            max_batch_size=MAX_BATCH_BYTES,
        )


async def _round(bench: RelayBench, figures: RelayFigures, backlog: int, count: int) -> None:
    await bench.fill(count)
    figures.relay.append(await bench.empty(count))
    figures.raw.append(await bench.send_raw(count))
    figures.raw_ack_ms.append(await bench.acknowledged_ms(200))
    out_ms, unit_ms = await bench.out_ms(200)
    figures.out_ms.append(out_ms)
    figures.unit_ms.append(unit_ms)
    figures.unit_alone_ms.append(await bench.unit_alone_ms(200))
    await bench.empty(200)
    await bench.fill(backlog)
    figures.behind_backlog.append(await bench.empty(count))


async def measure(
    folder: Path, rounds: int = 5, *, kafka: str = "embedded", backlog: int = 1_000_000, count: int = 40_000
) -> RelayFigures:
    """Return the figures of some rounds on a broker of a kind; the relay, the bare client and the backlog come in turn."""
    server = PostgresServer()
    server.start(folder / "relay")
    database = server.create_service_database(SERVICE)
    broker = make_broker(kafka, folder / "kafka")
    broker.start()
    figures = RelayFigures()
    for _ in range(rounds):
        await make_tables(database.owner_url)
        broker.renew()
        settings = ServiceSettings.model_validate(
            {"database_url": database.owner_url, "kafka_bootstrap_servers": broker.bootstrap}
        )
        connection = await asyncpg.connect(plain_dsn(database.owner_url))
        await _round(RelayBench(connection, settings), figures, backlog, count)
        await connection.close()
    broker.stop()
    server.stop()
    return figures
