"""A relay in a test: what it is given to tell, run until all is out, and what a topic then holds beyond some offsets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text
from tests.brokers.kinds import Broker
from tests.harness import Harness

from common.contracts.registration import RegistrationOpened
from common.delivery.relay import Relay
from common.delivery.unit_of_work import UnitOfWork


async def tell(owner: Harness, *edition_ids: int) -> None:
    async def emit(uow: UnitOfWork) -> None:
        for number in edition_ids:
            uow.emit(RegistrationOpened(edition_id=UUID(int=number)))

    await owner.run(emit)


def make_relay(owner: Harness) -> Relay:
    service, units = owner.service, owner.service.units
    return Relay("registration", service.settings, service.metrics, units.committed, at_commit=units.at_commit)


@asynccontextmanager
async def running(*relays: Relay) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    yield
    for relay in relays:
        relay.stop()
    await asyncio.gather(*tasks)


async def wait_until_published(owner: Harness) -> None:
    query = text("SELECT position = published AND NOT EXISTS (SELECT FROM outbox) FROM event_log_head")
    async with asyncio.timeout(30):
        while True:
            async with owner.unit_of_work() as uow:
                if await uow.session.scalar(query):
                    return
            await asyncio.sleep(0.02)


async def read_topic(broker: Broker, topic: str, since: dict[int, int]) -> list[Any]:
    """Return the records of a topic beyond some offsets, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(12)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[Any] = []
        for partition in partitions:
            consumer.seek(partition, since.get(partition.partition, 0))
        wanted = sum(ends[p] - since.get(p.partition, 0) for p in partitions)
        async with asyncio.timeout(30):
            while len(found) < wanted:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
        return found
    finally:
        await consumer.stop()


async def ends_of(broker: Broker, topic: str) -> dict[int, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap)
    await consumer.start()
    ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(12)])
    await consumer.stop()
    return {partition.partition: end for partition, end in ends.items()}


def header(record: Any, name: str) -> str:
    return next(value.decode() for found, value in record.headers if found == name)
