"""Nothing is acknowledged before it is stored: the committed offset while a batch is at work, and after one that failed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition
from tests.brokers.kinds import Broker
from tests.common.relaying import ends_of
from tests.common.test_kafka import at, send
from tests.harness import FakeRecord, Harness

from common.delivery.messages import Record
from common.kafka.broker import Subscriber

TOPIC = "ocop.registration.events"
PARTITION = 3  # where ``send`` puts its records


class Store:
    """Stands in for the service: stores values when it may, and fails as long as it is told to."""

    def __init__(self) -> None:
        self.stored: list[bytes | None] = []
        self.came = asyncio.Semaphore(0)
        self.may_store = asyncio.Event()
        self.fails = False

    async def take(self, records: Sequence[Record]) -> None:
        self.came.release()
        await self.may_store.wait()
        if self.fails:
            raise RuntimeError("not stored")
        self.stored += [record.value for record in records]


@asynccontextmanager
async def reading(reader: Harness, broker: Broker, group: str, store: Store) -> AsyncGenerator[None]:
    service = reader.service
    subscriber = Subscriber(group, [TOPIC], store.take, at(reader, broker), service.metrics)
    await subscriber.start()
    try:
        yield
    finally:
        store.may_store.set()
        await subscriber.stop()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def group(broker: Broker) -> str:
    """A group that stands at the end of the topic, so that earlier tests' records are none of its."""
    name = f"reader-{uuid4()}"
    ends = await ends_of(broker, TOPIC)
    await asyncio.to_thread(_commit, broker.bootstrap, name, ends)
    return name


def _commit(bootstrap: str, group: str, offsets: dict[int, int]) -> None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False})
    places = [TopicPartition(TOPIC, number, offset) for number, offset in offsets.items()]
    consumer.commit(offsets=places, asynchronous=False)
    consumer.close()


def _read(bootstrap: str, group: str) -> int:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False})
    [place] = consumer.committed([TopicPartition(TOPIC, PARTITION)], timeout=10)
    consumer.close()
    return int(place.offset)


async def committed(broker: Broker, group: str) -> int:
    return await asyncio.to_thread(_read, broker.bootstrap, group)


async def until_committed(broker: Broker, group: str, offset: int) -> None:
    async with asyncio.timeout(40):
        while await committed(broker, group) != offset:
            await asyncio.sleep(0.1)


async def test_what_is_still_at_work_is_not_acknowledged(
    reader: Harness, broker: Broker, group: str, store: Store
) -> None:
    begin = await committed(broker, group)
    async with reading(reader, broker, group, store), asyncio.timeout(60):
        await send(broker, [FakeRecord(TOPIC, b"key", b"0", ())])
        await store.came.acquire()
        assert await committed(broker, group) == begin
        store.may_store.set()
        await until_committed(broker, group, begin + 1)
    assert store.stored == [b"0"]


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(
    reader: Harness, broker: Broker, group: str, store: Store
) -> None:
    begin = await committed(broker, group)
    store.may_store.set()
    async with reading(reader, broker, group, store), asyncio.timeout(60):
        await send(broker, [FakeRecord(TOPIC, b"key", b"0", ())])
        await until_committed(broker, group, begin + 1)
        store.fails = True
        await send(broker, [FakeRecord(TOPIC, b"key", b"1", ()), FakeRecord(TOPIC, b"key", b"2", ())])
        for _ in range(4):
            await store.came.acquire()
        assert await committed(broker, group) == begin + 1
        store.fails = False
        await until_committed(broker, group, begin + 3)
    assert store.stored == [b"0", b"1", b"2"]


async def test_what_was_at_work_when_the_process_left_is_not_acknowledged(
    reader: Harness, broker: Broker, group: str, store: Store
) -> None:
    begin = await committed(broker, group)
    store.fails = True
    async with reading(reader, broker, group, store), asyncio.timeout(60):
        await send(broker, [FakeRecord(TOPIC, b"key", b"0", ())])
        await store.came.acquire()
    assert await committed(broker, group) == begin
