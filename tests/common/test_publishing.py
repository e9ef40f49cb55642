"""Publishing in whole batches: order, partition and size are what a plain client's would be, on a real broker."""

from collections.abc import AsyncGenerator

import pytest
from aiokafka import AIOKafkaProducer
from tests.brokers.kinds import Broker
from tests.common.relaying import ends_of, header, make_relay, read_topic, running, tell, wait_until_published
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ContactRecorded
from common.delivery.outbox import MAX_VALUE_BYTES
from common.delivery.publishing import Publisher, Sendable
from common.delivery.unit_of_work import UnitOfWork
from common.settings import ServiceSettings

TOPIC = "ocop.registration.events"


@pytest.fixture
async def publisher(broker: Broker) -> AsyncGenerator[Publisher]:
    settings = ServiceSettings.model_validate(
        {"database_url": "postgresql+asyncpg://nobody@localhost/none", "kafka_bootstrap_servers": broker.bootstrap}
    )
    publisher = Publisher("test", settings)
    yield publisher
    await publisher.drop()


def message(key: str, number: int, value: bytes = b"{}") -> Sendable:
    return Sendable(TOPIC, key.encode(), [("number", str(number).encode())], value)


async def test_a_key_is_on_the_partition_that_a_plain_client_puts_it_on(publisher: Publisher, broker: Broker) -> None:
    since = await ends_of(broker, TOPIC)
    keys = [f"key {number}" for number in range(40)]
    await publisher.send([message(key, 0) for key in keys])
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as plain:
        for key in keys:
            await plain.send_and_wait(TOPIC, b"{}", key.encode())
    partitions: dict[bytes, set[int]] = {}
    for record in await read_topic(broker, TOPIC, since):
        partitions.setdefault(record.key, set()).add(record.partition)
    assert {len(found) for found in partitions.values()} == {1}
    assert len(partitions) == len(keys)


async def test_messages_that_fill_several_batches_keep_the_order_of_their_key(
    publisher: Publisher, broker: Broker
) -> None:
    since = await ends_of(broker, TOPIC)
    sizes = [10, MAX_VALUE_BYTES, 10, MAX_VALUE_BYTES // 2, MAX_VALUE_BYTES // 2, 10]
    await publisher.send([message("one", number, b"x" * size) for number, size in enumerate(sizes)])
    records = await read_topic(broker, TOPIC, since)
    assert [int(header(record, "number")) for record in records] == list(range(len(sizes)))
    assert [len(record.value) for record in records] == sizes


async def test_a_contact_behind_more_events_than_a_turn_takes_goes_out(relaying_owner: Harness, broker: Broker) -> None:
    contact = sample(ContactRecorded)
    since = await ends_of(broker, contact.topic())

    async def record(uow: UnitOfWork) -> None:
        uow.emit(contact)

    await tell(relaying_owner, *range(1, 1101))
    await relaying_owner.run(record)
    async with running(make_relay(relaying_owner)):
        await wait_until_published(relaying_owner)
    assert len(await read_topic(broker, contact.topic(), since)) == 1
