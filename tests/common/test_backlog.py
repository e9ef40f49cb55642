"""What waits is told partition by partition, also where nothing has been stored yet."""

import asyncio
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from tests.brokers.kinds import Broker
from tests.common.delivery import settings_at
from tests.harness import Harness

from common.kafka.broker import Subscriber
from common.metrics import Metrics

TOPIC = "ocop.registration.events"


def told(metrics: Metrics) -> dict[int, float]:
    [family] = [each for each in metrics.registry.collect() if each.name == "ocop_consumer_behind"]
    return {int(sample.labels["partition"]): sample.value for sample in family.samples}


async def send(broker: Broker, partition: int, count: int) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for _ in range(count):
            await producer.send_and_wait(TOPIC, b"v", key=b"k", partition=partition)


async def wait_until_told(subscriber: Subscriber, metrics: Metrics, partition: int, value: float) -> None:
    async with asyncio.timeout(30):
        while told(metrics).get(partition) != value:
            await subscriber.tell_backlog()
            await asyncio.sleep(0.05)


async def test_a_partition_that_stands_is_told_beside_one_that_moves(reader: Harness, broker: Broker) -> None:
    metrics = Metrics("reader")
    moves, stands, released = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def take(records: Any) -> None:
        if any(record.partition == 4 and record.value == b"v" for record in records):
            moves.set()
        if any(record.partition == 3 and record.value == b"v" for record in records):
            stands.set()
            await released.wait()

    subscriber = Subscriber(f"g-{uuid4()}", [TOPIC], take, settings_at(reader, broker), metrics)
    await subscriber.start()
    try:
        await wait_until_told(subscriber, metrics, 3, 0)
        await send(broker, 4, 1)
        await asyncio.wait_for(moves.wait(), 30)
        await wait_until_told(subscriber, metrics, 4, 0)
        await send(broker, 3, 1)
        await asyncio.wait_for(stands.wait(), 30)
        await send(broker, 3, 1)
        async with asyncio.timeout(30):
            while subscriber.behind() < 2:  # fetched ahead: from now on nothing more is fetched of this partition
                await asyncio.sleep(0.05)
        await send(broker, 3, 3)
        await wait_until_told(subscriber, metrics, 3, 5)
        assert told(metrics)[4] == 0
    finally:
        released.set()
        await subscriber.stop()
