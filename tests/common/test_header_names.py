"""Header names that are no UTF-8: their record becomes a dead letter, and its partition goes on."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy  # pyright: ignore[reportPrivateUsage]
from tests.brokers.kinds import Broker
from tests.brokers.odd_headers import NO_TEXT, send_odd
from tests.common.delivery import settings_at
from tests.harness import Harness

from common.delivery.messages import BadMessage, Record, read_record
from common.kafka.batches import FetchedRecords
from common.kafka.broker import Subscriber

TOPIC = "ocop.registration.events"
Headers = list[tuple[str, bytes | None]]


class Name(str):
    """A header's name that the producer writes as these bytes."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:  # noqa: ARG002
        return NO_TEXT


def a_batch(*headers: Headers, base: int = 0, compression: int = 0) -> bytes:
    builder = _DefaultRecordBatchBuilderPy(
        magic=2,
        compression_type=compression,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=100_000,
    )
    for place, each in enumerate(headers):
        builder.append(place, 1_600_000_000_000, b"k", b"v%d" % place, each)
    data = bytearray(builder.build())
    data[0:8] = base.to_bytes(8, "big")
    return bytes(data)


def read_all(data: bytes) -> list[tuple[int, bytes, tuple[Any, ...]]]:
    fetched = FetchedRecords(data)
    found: list[tuple[int, bytes, tuple[Any, ...]]] = []
    while fetched.has_next():
        batch = fetched.next_batch()
        assert batch is not None
        assert batch.validate_crc()
        found += [(one.offset, one.value, tuple(one.headers)) for one in batch]
    return found


@pytest.mark.parametrize("compression", [0, 1])
def test_a_batch_with_such_a_name_is_read_whole_and_so_are_those_around_it(compression: int) -> None:
    plain: Headers = [("ce_id", b"1")]
    odd: Headers = [("ce_id", b"2"), (Name("x"), b"3")]
    data = a_batch(plain) + a_batch(plain, odd, plain, base=1, compression=compression) + a_batch(plain, base=4)
    found = read_all(data)
    assert [offset for offset, _, _ in found] == [0, 1, 2, 3, 4]
    assert found[2][2] == (("ce_id", b"2"), ("\udcff\udcfebad", b"3"))
    assert {headers for offset, _, headers in found if offset != 2} == {(("ce_id", b"1"),)}


async def test_the_record_is_set_aside_and_its_partition_goes_on(reader: Harness, broker: Broker) -> None:
    got: list[Record] = []
    came = asyncio.Event()

    async def take(records: Any) -> None:
        got.extend(record for record in records if record.value in {b"before", b"odd", b"behind"})
        if got and got[-1].value == b"behind":
            came.set()

    subscriber = Subscriber(f"g-{uuid4()}", [TOPIC], take, settings_at(reader, broker), reader.service.metrics)
    await subscriber.start()
    try:
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
            await producer.send_and_wait(TOPIC, partition=3, value=b"before", key=b"k")
            await send_odd(broker.bootstrap, TOPIC)
            await producer.send_and_wait(TOPIC, partition=3, value=b"behind", key=b"k")
        await asyncio.wait_for(came.wait(), 30)
    finally:
        await subscriber.stop()
    assert [record.value for record in got] == [b"before", b"odd", b"behind"]
    message = read_record(got[1])
    assert isinstance(message, BadMessage)
    assert "is not text" in message.error
