"""Events a second through one process: read from the broker, remembered, an effect stored, a reaction emitted.

Beside it, in the same run, what others do (``peers``): one message a transaction, batches, no memory and no outbox.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.bench import peers
from tests.bench.effects import Base, EffectRow
from tests.brokers.kinds import Broker, make_broker

from common.clock import SystemClock
from common.contracts.base import events_topic
from common.contracts.registration import ApplicationWithdrawn, RegistrationOpened, WithdrawnBy
from common.delivery.consuming import on
from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, make_headers, source_of
from common.delivery.gathering import gather_new
from common.delivery.plumbing import Base as Plumbing
from common.delivery.unit_of_work import UnitOfWork
from common.ids import new_id
from common.kafka.broker import Subscriber
from common.service import Service
from common.settings import ServiceSettings
from launcher.postgres import PostgresServer

TOPIC = events_topic("registration")
KEYS = 60


async def note(uow: UnitOfWork, event: ApplicationWithdrawn) -> None:
    if uow.cause is not None:
        gather_new(uow.session, EffectRow, {"event_id": uow.cause.event_id, "subject": event.subject})
    uow.emit(RegistrationOpened(edition_id=event.edition_id))


async def make_tables(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for base in (Plumbing, Base):
            await connection.run_sync(base.metadata.drop_all)
            await connection.run_sync(base.metadata.create_all)
        await connection.execute(text("INSERT INTO event_log_head VALUES (true, 1, 0, 0)"))
        await connection.execute(text("CREATE TABLE IF NOT EXISTS seen (event_id uuid PRIMARY KEY)"))
    await engine.dispose()


async def fill(bootstrap: str, count: int) -> None:
    """Put ``count`` numbered events of 60 editions on the topic."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, linger_ms=5, max_batch_size=256 * 1024
    )
    await producer.start()
    now = SystemClock().now()
    futures: list[Any] = []
    for number in range(count):
        event = ApplicationWithdrawn(
            edition_id=UUID(int=number % KEYS + 1),
            application_id=new_id(),
            vendor_id=new_id(),
            by=WithdrawnBy.VENDOR,
            reason_code="other_plans",
        )
        story = str(new_id())
        headers = make_headers(
            ApplicationWithdrawn,
            event_id=new_id(),
            source=source_of("registration"),
            subject=event.subject,
            time=now,
            correlation_id=story,
            causation_id=story,
            trace_parent=None,
        ) | {SEQUENCE: str(number + 1), KEY_SEQUENCE: str(number // KEYS + 1)}
        encoded: Any = [(name, value.encode()) for name, value in headers.items()]
        futures.append(
            await producer.send(TOPIC, event.model_dump_json().encode(), event.key.encode(), headers=encoded)
        )
    for future in futures:
        await future
    await producer.stop()


@asynccontextmanager
async def ours(url: str, bootstrap: str) -> AsyncGenerator[None]:
    """Our consumer: micro-batches, one number per key as memory, one transaction a batch."""
    settings = ServiceSettings.model_validate({"database_url": url, "kafka_bootstrap_servers": bootstrap})
    service = Service("reader", settings, SystemClock(), [on(ApplicationWithdrawn, note)])
    subscriber = Subscriber("reader", [TOPIC], service.consumer.consume, settings, service.metrics)
    await subscriber.start()
    yield
    await subscriber.stop()
    await service.feeds.close()
    await service.engine.dispose()


async def wait_for_effects(url: str, count: int) -> float:
    """Return the seconds between the first effect seen and the last."""
    engine = create_async_engine(url)
    began, first = 0.0, 0
    try:
        async with asyncio.timeout(180):
            while True:
                async with engine.connect() as connection:
                    done = await connection.scalar(text("SELECT count(*) FROM effects")) or 0
                if done and not began:
                    began, first = time.perf_counter(), done
                if done >= count:
                    return (time.perf_counter() - began) * count / max(1, count - first)
                await asyncio.sleep(0.02)
    finally:
        await engine.dispose()


async def measure_once(way: Any, url: str, broker: Broker, count: int) -> float:
    """Return events a second of one way over empty topics and fresh tables."""
    await make_tables(url)
    broker.renew()
    await fill(broker.bootstrap, count)
    async with way(url, broker.bootstrap):
        seconds = await wait_for_effects(url, count)
    return count / seconds


WAYS: dict[str, tuple[Any, int]] = {  # the way, and how many events it is given: the slow one fewer
    "ours": (ours, 40_000),
    "single": (peers.single, 2_000),
    "batch": (peers.batch, 40_000),
    "bare": (peers.bare, 40_000),
}
# The second asks the broker for its topics' settings, which the embedded one does not tell.
STRANGERS = {"embedded": ("arroyo",), "process": ("arroyo", "quix")}


async def measure(folder: Path, rounds: int, kafka: str = "embedded", python: str = "") -> dict[str, list[float]]:
    """Return the rates of all ways, measured in turn; ``raw`` is the client alone, with JSON read and nothing stored.

    With the interpreter of the peers' environment also those of the frameworks in it.
    """
    strangers = {name: (partial(peers.apart, python, name), 20_000) for name in STRANGERS[kafka]} if python else {}
    ways = {**WAYS, **strangers}
    server = PostgresServer()
    server.start(folder / "postgres")
    database = server.create_service_database("reader")
    broker = make_broker(kafka, folder / "consume")
    broker.start()
    rates: dict[str, list[float]] = {name: [] for name in (*ways, "raw")}
    for _ in range(rounds):
        for name, (way, count) in ways.items():
            rates[name].append(await measure_once(way, database.owner_url, broker, count))
        broker.renew()
        await fill(broker.bootstrap, 40_000)
        rates["raw"].append(await peers.raw(broker.bootstrap, TOPIC, 40_000))
    broker.stop()
    server.stop()
    return rates
