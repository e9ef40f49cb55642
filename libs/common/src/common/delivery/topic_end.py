"""What the end of a service's own topic proves: a log that ends before it went back in time (docs/operate/restore.md)."""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError

from common.delivery.envelope import epoch_of
from common.delivery.messages import Message, read_record
from common.kafka.access import aiokafka_options
from common.kafka.batches import take_any_header_name
from common.kafka.settings import KafkaSettings

LOOK_SECONDS = 20.0  # a broker that goes away, or comes back empty, would be read for ever
LAST_RECORDS = 50  # of each partition: the very last one may be an older event that was sent twice


async def read_topic_end(topic: str, settings: KafkaSettings, source: str) -> int:
    """Return the highest position at the end of a topic that was given under a source or a later one; 0 if there is none.

    Raises:
        KafkaError: the broker does not answer in time, or has no such topic.
    """
    take_any_header_name()
    consumer = AIOKafkaConsumer(
        topic, **aiokafka_options(settings), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await consumer.start()
            return await _read_end(consumer, topic, epoch_of(source))
    except TimeoutError as error:
        raise KafkaTimeoutError(f"the end of {topic} was not read within {LOOK_SECONDS:.0f} s") from error
    finally:
        await consumer.stop()


async def _read_end(consumer: AIOKafkaConsumer, topic: str, epoch: int) -> int:
    places = list(consumer.assignment())
    if not places:
        raise UnknownTopicOrPartitionError(topic)
    ends = await consumer.end_offsets(places)
    for place in places:
        begins = await consumer.position(place)  # waited for: a reset that came after the seek would win
        consumer.seek(place, max(begins, ends[place] - LAST_RECORDS))
    highest = 0
    while any([await consumer.position(place) < ends[place] for place in places]):
        for records in (await consumer.getmany(timeout_ms=200)).values():
            highest = max(highest, highest_position(records, epoch))
    return highest


def highest_position(records: Iterable[Any], epoch: int) -> int:
    """Return the highest position among records of an epoch and those after it; what is no event of ours has none."""
    positions = [0]
    for record in records:
        message = read_record(record)
        if isinstance(message, Message) and epoch_of(message.cause.source) >= epoch:
            positions.append(message.cause.sequence)
    return max(positions)
