"""What waits on the topics, partition by partition: one that stands still is not hidden by others that move."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from common.metrics import Metrics

ASK_SECONDS = 0.7
"""Longer than a fetch that waits for records holds the line, shorter than the turn of who asks."""


class Backlog:
    """Tells how many records of each partition this group has not stored yet.

    Args:
        positions: up to where this process has stored what it reads now; kept by whoever stores.
    """

    def __init__(self, positions: Mapping[TopicPartition, int], metrics: Metrics) -> None:
        self._positions = positions
        self._marks: dict[TopicPartition, int] = {}  # of partitions of which nothing has been stored since they came
        self._metrics = metrics

    async def tell(self, consumer: AIOKafkaConsumer) -> None:
        """Set the gauge; a partition of which nothing was stored yet counts from its group's mark."""
        for place in consumer.assignment() - self._positions.keys() - self._marks.keys():
            with suppress(KafkaError):  # asked again at the next turn
                begins = (await consumer.beginning_offsets([place]))[place]
                self._marks[place] = max(begins, await consumer.committed(place) or 0)
        assigned = consumer.assignment()
        self._marks = {place: mark for place, mark in self._marks.items() if place in assigned}
        ends = await _ask_ends(consumer, assigned)
        self._metrics.behind.clear()  # what another member reads is that one's to tell
        for place, mark in {**self._marks, **self._positions}.items():
            if place in ends:
                waiting = max(0, ends[place] - mark)
                self._metrics.behind.labels(self._metrics.service, place.topic, place.partition).set(waiting)


async def _ask_ends(consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """Return where partitions end; of one that stands no more is fetched, so what was fetched of it tells too little."""
    ends = {place: consumer.highwater(place) or 0 for place in places}
    with suppress(KafkaError, TimeoutError):  # by what was fetched, then
        async with asyncio.timeout(ASK_SECONDS):
            ends |= await consumer.end_offsets(list(places)) if places else {}
    return ends
