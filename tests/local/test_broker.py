"""The embedded broker as the services use it: idempotent producer in, FastStream subscriber out."""

import asyncio
import os
import signal
from collections.abc import Generator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream.kafka import KafkaBroker, KafkaMessage

from launcher.broker import MockBroker

TOPIC = "ocop.registration.events"
CONTACTS = "ocop.registration.contacts"


@pytest.fixture
def broker() -> Generator[MockBroker]:
    server = MockBroker()
    server.start([TOPIC, CONTACTS])
    yield server
    server.stop()


async def send(broker: MockBroker, *records: tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True, acks="all") as producer:
        sent = [await producer.send(TOPIC, value, key=key, headers=headers) for key, value, headers in records]
        await asyncio.gather(*sent)


async def test_each_topic_has_twelve_partitions(broker: MockBroker):
    async with AIOKafkaConsumer(TOPIC, CONTACTS, bootstrap_servers=broker.bootstrap) as consumer:
        assert {topic: consumer.partitions_for_topic(topic) for topic in (TOPIC, CONTACTS)} == {
            TOPIC: set(range(12)),
            CONTACTS: set(range(12)),
        }


async def test_keys_headers_and_null_values_come_back_as_they_were_sent(broker: MockBroker):
    name = "Gian hàng số 1 của Đặng".encode()
    await send(
        broker,
        (b"edition-1", name, [("ce_id", b"1"), ("binary", b"\xff\xfe"), ("none", None)]),
        (b"edition-1", None, [("ce_id", b"2")]),
        (None, b"{}", []),
    )
    async with AIOKafkaConsumer(
        TOPIC, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest", group_id="reader"
    ) as consumer:
        got = [await consumer.getone() for _ in range(3)]
    found = {(record.key, record.value): list(record.headers) for record in got}
    assert found == {
        (b"edition-1", name): [("ce_id", b"1"), ("binary", b"\xff\xfe"), ("none", None)],
        (b"edition-1", None): [("ce_id", b"2")],
        (None, b"{}"): [],
    }


async def test_records_of_one_key_stay_in_order(broker: MockBroker):
    await send(broker, *((b"edition-1", str(number).encode(), []) for number in range(500)))
    async with AIOKafkaConsumer(TOPIC, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest") as consumer:
        got = [(await consumer.getone()).value for _ in range(500)]
    assert got == [str(number).encode() for number in range(500)]


async def test_a_faststream_subscriber_joins_its_group_at_once_and_goes_on_where_it_was(broker: MockBroker):
    await send(broker, (b"k", b"one", [("ce_type", b"t")]))
    assert await read_one(broker) == b"one"
    await send(broker, (b"k", b"two", [("ce_type", b"t")]))
    assert await read_one(broker) == b"two"


async def read_one(broker: MockBroker) -> bytes:
    """Read one record as the group ``services`` does, acknowledge it and leave."""
    found: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    stream = KafkaBroker(broker.bootstrap, allow_auto_create_topics=False)

    # Who comes back to a group waits for its session time less a second: the mock cluster expects the lost member.
    @stream.subscriber(
        TOPIC, group_id="services", auto_offset_reset="earliest", session_timeout_ms=1_500, heartbeat_interval_ms=400
    )
    async def take(message: KafkaMessage) -> None:
        await message.ack()
        found.set_result(message.body)

    _ = take
    async with stream:
        await stream.start()
        return await asyncio.wait_for(found, 10)


def test_a_stopped_broker_is_gone_and_a_second_stop_does_no_harm():
    server = MockBroker()
    server.start([TOPIC])
    assert server.process is not None
    server.stop()
    server.stop()
    assert server.process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(server.process.pid, signal.SIGTERM)
