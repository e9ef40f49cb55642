"""A topic read from its beginning to where it ends when the reading begins, by no group: what commands of a restore need."""

from collections.abc import AsyncGenerator
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import TopicAuthorizationFailedError, UnknownTopicOrPartitionError

from common.kafka.access import aiokafka_options
from common.kafka.batches import take_any_header_name
from common.kafka.settings import KafkaSettings

AT_ONCE = 500


class TopicMissingError(Exception):
    """The broker has no such topic, or does not show it to this user; the text says which."""

    def __init__(self, topic: str) -> None:
        super().__init__(
            f"Kafka không có {topic}, hoặc không cho người dùng này đọc: hãy đặt KAFKA_SASL_USERNAME là người được đọc, như admin.\n"
            f"The broker does not have {topic}, or does not let this user read it: let KAFKA_SASL_USERNAME be one who may, as admin."
        )


async def read_whole(topic: str, settings: KafkaSettings) -> AsyncGenerator[list[Any]]:
    """Yield the records of a topic, some hundred at a time; those of a partition in their order.

    Raises:
        TopicMissingError: there is none to be read.
        KafkaError: the broker does not answer.
    """
    take_any_header_name()
    # Not sought to the beginning afterwards: the first reset, to the end by default, could come last and win.
    try:
        async with AIOKafkaConsumer(
            topic, **aiokafka_options(settings), enable_auto_commit=False, auto_offset_reset="earliest"
        ) as consumer:
            places = list(consumer.assignment())
            ends = await consumer.end_offsets(places)
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=200, max_records=AT_ONCE)).values():
                    yield records
    except (UnknownTopicOrPartitionError, TopicAuthorizationFailedError) as error:
        raise TopicMissingError(topic) from error
