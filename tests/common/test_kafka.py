"""The subscriber on a real broker: what FastStream untreated loses or loops on arrives, once, and nothing stops."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError
from sqlalchemy import select
from tests.brokers.kinds import Broker
from tests.common.conftest import EffectRow
from tests.common.reading import tell, with_header, withdrawn, without_header
from tests.harness import FakeRecord, Harness

from common.delivery.messages import Record
from common.delivery.plumbing import InboxRow
from common.kafka.broker import STREAM_BATCHES, Subscriber
from common.kafka.watch import BrokerWatch, Uses
from common.settings import ServiceSettings
from common.watchdog import Watchdog

TOPIC = "ocop.registration.events"


class Reachable(Protocol):
    @property
    def bootstrap(self) -> str: ...


def at(reader: Harness, broker: Broker) -> ServiceSettings:
    return reader.service.settings.model_copy(update={"kafka_bootstrap_servers": broker.bootstrap})


def subscribe(reader: Harness, broker: Broker, group: str) -> Subscriber:
    service = reader.service
    return Subscriber(group, [TOPIC], service.consumer.consume, at(reader, broker), service.metrics)


@asynccontextmanager
async def running(subscriber: Subscriber) -> AsyncGenerator[None]:
    await subscriber.start()
    yield
    await subscriber.stop()


async def send(broker: Reachable, records: list[FakeRecord]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True)
    await producer.start()
    for record in records:
        headers: Any = list(record.headers)
        await producer.send(record.topic, record.value, record.key, partition=3, headers=headers)
    await producer.flush()
    await producer.stop()


async def wait_for(reader: Harness, count: int) -> list[str]:
    async with asyncio.timeout(40):
        while True:
            found = await reader.rows(select(EffectRow.subject).order_by(EffectRow.id))
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)


@pytest.fixture
def group(request: pytest.FixtureRequest) -> str:
    return f"reader-{abs(hash(request.node.name))}"


async def test_the_consumer_waits_for_a_fetch_as_long_as_the_settings_say(
    reader: Harness, broker: Broker, group: str
) -> None:
    settings = at(reader, broker).model_copy(update={"consumer_fetch_wait_ms": 25})
    subscriber = Subscriber(group, [TOPIC], reader.service.consumer.consume, settings, reader.service.metrics)
    async with running(subscriber):
        started: Any = subscriber.broker.subscribers[0]
        asked_with = vars(started.consumer)["_fetch_max_wait_ms"]
    assert asked_with == 25


async def test_a_lone_record_is_taken_at_once_and_of_a_stream_a_batch_gathers_more(
    reader: Harness, broker: Broker, group: str
) -> None:
    """Each record is sent by a producer that connects anew: without gathering the last comes long after the one before."""
    batches: list[list[bytes | None]] = []
    all_taken = asyncio.Event()

    async def take(records: Sequence[Record]) -> None:
        batches.append([record.value for record in records])
        taken = sum(map(len, batches))
        if taken <= STREAM_BATCHES:
            sending.append(asyncio.create_task(send_next(taken)))
        if taken == STREAM_BATCHES + 2:
            all_taken.set()

    async def send_next(taken: int) -> None:
        for number in (taken, taken + 1) if taken == STREAM_BATCHES else (taken,):
            await send(broker, [FakeRecord(TOPIC, b"key", b"%d" % number, ())])

    sending: list[asyncio.Task[None]] = []
    settings = at(reader, broker).model_copy(update={"consumer_fetch_wait_ms": 1, "consumer_linger_ms": 5000})
    subscriber = Subscriber(group, [TOPIC], take, settings, reader.service.metrics)
    async with running(subscriber), asyncio.timeout(60):
        await send(broker, [FakeRecord(TOPIC, b"key", b"0", ())])
        await all_taken.wait()
    await asyncio.gather(*sending)
    assert batches == [[b"0"], [b"1"], [b"2"], [b"3", b"4"]]


class FailingAtTheLastPoll:
    """Stands in for aiokafka's consumer: a partition that may not be read any more shows in a poll, and in the next."""

    polls = 0

    async def getmany(self, **_: Any) -> dict[int, list[str]]:
        self.polls += 1
        if self.polls == STREAM_BATCHES + 2:
            raise TopicAuthorizationFailedError
        return {0: [f"record {self.polls}"]}


async def test_what_came_is_taken_though_gathering_more_of_the_stream_fails(reader: Harness) -> None:
    """Else its place would be committed with the next batch, and nobody would ever take it in."""
    service = reader.service
    settings = service.settings.model_copy(update={"consumer_linger_ms": 1000})
    subscriber = Subscriber("nobody", [TOPIC], service.consumer.consume, settings, service.metrics)
    consumer = FailingAtTheLastPoll()
    poll: Any = vars(subscriber.broker.subscribers[0])["get_msg"]
    for number in range(1, STREAM_BATCHES + 2):
        assert await poll(consumer) == (f"record {number}",)
    assert consumer.polls == STREAM_BATCHES + 2


async def test_damaged_records_arrive_and_nothing_behind_them_waits(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    """Untreated: a null or binary header is lost, broken JSON and an unknown type stop the partition."""
    good = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 9)))
    await send(
        broker,
        [
            good[0],
            with_header(good[1], "ce_type", None),
            with_header(good[2], "ce_subject", b"\xff\xfe"),
            without_header(good[3], "ce_id"),
            with_header(good[4], "ce_type", b"ocop.registration.moon_landed.v1"),
            FakeRecord(TOPIC, good[5].key, b"{broken", good[5].headers),
            FakeRecord(TOPIC, good[6].key, None, good[6].headers),
            good[7],
        ],
    )
    async with running(subscribe(reader, broker, group)):
        effects = await wait_for(reader, 5)
    assert effects == [str(UUID(int=number)) for number in (1, 2, 3, 4, 8)]
    assert await reader.rows(select(InboxRow.last)) == [8]


async def test_a_broker_that_lost_everything_is_filled_again_and_each_event_counts_once(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 101)))
    await send(broker, records[:50])
    async with running(subscribe(reader, broker, group)):
        await wait_for(reader, 50)
    broker.renew()
    await send(broker, records)
    async with running(subscribe(reader, broker, group)):
        effects = await wait_for(reader, 100)
    assert effects == [str(UUID(int=number)) for number in range(1, 101)]


async def test_a_first_batch_that_is_stuck_counts_as_waiting_records_and_the_watchdog_sees_it(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 4)))
    go_on, service = asyncio.Event(), reader.service

    async def hang(batch: Sequence[Record]) -> None:
        await go_on.wait()
        await service.consumer.consume(batch)

    subscriber = Subscriber(group, [TOPIC], hang, at(reader, broker), service.metrics)
    watch = BrokerWatch(at(reader, broker), Uses(frozenset({TOPIC})))
    await watch.look()
    await send(broker, records)
    async with running(subscriber):
        async with asyncio.timeout(30):
            while subscriber.behind() < 3:
                await asyncio.sleep(0.05)
        assert (
            Watchdog(service.consumer, subscriber, watch, limit_seconds=0).look() == "records wait and none is taken in"
        )
        go_on.set()
        await wait_for(reader, 3)
        async with asyncio.timeout(30):
            while subscriber.behind():
                await asyncio.sleep(0.05)


async def test_partitions_that_others_read_meanwhile_do_not_count_as_waiting(
    owner: Harness, reader: Harness, broker: Broker, group: str
) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 4)))
    subscriber = subscribe(reader, broker, group)
    await send(broker, records[:1])
    async with running(subscriber):
        await wait_for(reader, 1)
        await subscriber.drain.on_partitions_revoked([])
        assert not subscriber.drain.positions
        await send(broker, records[1:])
        await wait_for(reader, 3)


async def test_the_watchdog_sees_an_assignment_and_trips_without_one(
    reader: Harness, broker: Broker, group: str
) -> None:
    subscriber = subscribe(reader, broker, group)
    watch = BrokerWatch(at(reader, broker), Uses(frozenset({TOPIC})))
    await watch.look()
    without = Watchdog(reader.service.consumer, subscriber, watch, limit_seconds=-1)
    assert without.look() == "no partition was assigned"
    async with running(subscriber):
        async with asyncio.timeout(30):
            while not subscriber.assigned():
                await asyncio.sleep(0.05)
        assert Watchdog(reader.service.consumer, subscriber, watch, limit_seconds=60).look() == ""
