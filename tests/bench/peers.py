"""Other ways to consume the same events: what the stack's own manuals show, and what is lost without memory and outbox."""

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from tests.bench.effects import EffectRow

from common.contracts.base import events_topic
from common.contracts.registration import ApplicationWithdrawn
from common.database.engine import create_sessions
from common.ids import new_id

APART = Path(__file__).with_name("peers_apart.py")
TOPIC = events_topic("registration")
SEEN = text("INSERT INTO seen VALUES (:event_id) ON CONFLICT DO NOTHING")
EMIT = text("INSERT INTO outbox (event_id, topic, key, headers, value) VALUES (:event_id, 't', 'k', '{}', 'v')")


def _rows(events: Sequence[ApplicationWithdrawn]) -> list[dict[str, object]]:
    return [{"event_id": new_id(), "subject": event.subject} for event in events]


async def _store(session: AsyncSession, events: Sequence[ApplicationWithdrawn]) -> None:
    """Memory of one row per event id, the effect, a row for the outbox."""
    rows = _rows(events)
    await session.execute(SEEN, rows)
    await session.execute(insert(EffectRow), rows)
    await session.execute(EMIT, rows)


@asynccontextmanager
async def single(url: str, bootstrap: str) -> AsyncGenerator[None]:
    """FastStream's own way: its parser, one message, one transaction."""
    engine = create_async_engine(url)
    sessions = create_sessions(engine)
    broker = KafkaBroker(bootstrap, logger=None)

    async def handle(event: ApplicationWithdrawn) -> None:
        async with sessions.begin() as session:
            await _store(session, [event])

    broker.subscriber(TOPIC, group_id="peer", auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR)(handle)
    await broker.start()
    yield
    await broker.stop()
    await engine.dispose()


@asynccontextmanager
async def batch(url: str, bootstrap: str) -> AsyncGenerator[None]:
    """FastStream's batches: its parser, one transaction a batch, the same rows as one message at a time."""
    async with _batches(url, bootstrap, with_memory=True):
        yield


@asynccontextmanager
async def bare(url: str, bootstrap: str) -> AsyncGenerator[None]:
    """FastStream's batches with the effect alone: no memory of what was read, nothing emitted."""
    async with _batches(url, bootstrap, with_memory=False):
        yield


@asynccontextmanager
async def _batches(url: str, bootstrap: str, *, with_memory: bool) -> AsyncGenerator[None]:
    engine = create_async_engine(url)
    sessions = create_sessions(engine)
    broker = KafkaBroker(bootstrap, logger=None)

    async def handle(events: list[ApplicationWithdrawn]) -> None:
        async with sessions.begin() as session:
            if with_memory:
                await _store(session, events)
            else:
                await session.execute(insert(EffectRow), _rows(events))

    broker.subscriber(
        TOPIC,
        group_id="peer",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        batch=True,
        max_records=500,
        batch_timeout_ms=20,
    )(handle)
    await broker.start()
    yield
    await broker.stop()
    await engine.dispose()


@asynccontextmanager
async def apart(python: str, way: str, url: str, bootstrap: str) -> AsyncGenerator[None]:
    """A framework in its own environment (``peers_apart``), which ``python`` belongs to."""
    words = (python, str(APART), way, url.replace("+asyncpg", ""), bootstrap, TOPIC)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = await asyncio.create_subprocess_exec(*words, env=environment, stdout=asyncio.subprocess.DEVNULL)
    yield
    process.terminate()
    await process.wait()


async def raw(bootstrap: str, topic: str, count: int) -> float:
    """Return events a second of aiokafka alone: JSON read, nothing checked, nothing stored."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id="raw")
    await consumer.start()
    read, began = 0, 0.0
    while read < count:
        for records in (await consumer.getmany(timeout_ms=1000, max_records=500)).values():
            began = began or time.perf_counter()
            for record in records:
                json.loads(record.value or b"null")
            read += len(records)
    seconds = time.perf_counter() - began
    await consumer.stop()
    return count / seconds
