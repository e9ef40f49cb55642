"""The broker as a service sees it: one subscriber that hands over raw micro-batches, with its rebalance listener.

Why each option stands as it does: FastStream acknowledges first by default, parses before our code, and acknowledges
after an exception under ACK; NACK_ON_ERROR around a consumer that returns only when all is stored is the one safe form.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import BaseSecurity, SASLScram512

from common.delivery.failpoints import reach
from common.delivery.messages import Record
from common.kafka.access import trust
from common.kafka.backlog import Backlog
from common.kafka.batches import take_any_header_name
from common.kafka.joining import JoiningConsumer
from common.kafka.settings import KafkaSettings
from common.metrics import Metrics
from common.settings import ServiceSettings

# A request to join waits for the end of a killed member's session, so it has to have more patience; by the same patience
# a line that is half open is noticed.
REQUEST_MS = 18_000
HEARTBEATS = 4
STREAM_SECONDS = 0.05
STREAM_BATCHES = 3
"""Where so many batches came, each so soon after the last one, records stream in, and a batch gathers more of them."""

Consume = Callable[[Sequence[Record]], Awaitable[None]]


class Drain(ConsumerRebalanceListener):
    """Lets the batch in work end before its partitions go to another member: no copies on a rolling restart."""

    def __init__(self, metrics: Metrics) -> None:
        self.lock = asyncio.Lock()
        self.positions: dict[TopicPartition, int] = {}  # up to where this process has stored what it reads now
        self._metrics = metrics

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride]  # aiokafka awaits it
        self,
        revoked: Iterable[TopicPartition],  # noqa: ARG002
    ) -> None:
        """Wait for the batch in work, then forget how far this process has read."""
        async with self.lock:
            self.positions.clear()  # others go on from there; what comes back says anew where it begins
            self._metrics.rebalances.labels(self._metrics.service).inc()

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride]  # aiokafka awaits it
        self, assigned: Iterable[TopicPartition]
    ) -> None:
        """Set the gauge of assigned partitions."""
        self._metrics.assigned.labels(self._metrics.service).set(len(list(assigned)))


async def _bare_parser(records: Any, original: Callable[[Any], Awaitable[KafkaMessage]]) -> KafkaMessage:
    """Hand the records over untouched: FastStream's own parser loses a record with a null or binary header."""
    ends = (records[0], records[-1])  # all that it looks at; copies of all records would cost more than to read them
    message = await original(tuple(replace(record, headers=()) for record in ends))
    message.raw_message = records
    return message


def raw_records(message: KafkaMessage) -> list[Any]:
    """Return the batch behind a message; FastStream types it as one record or several."""
    records: Any = message.raw_message
    return list(records)


async def _raw_decoder(message: KafkaMessage) -> Any:
    return raw_records(message)


async def _poll(consumer: AIOKafkaConsumer, most: int, timeout_ms: int) -> list[Any]:
    found = await consumer.getmany(timeout_ms=timeout_ms, max_records=most)
    return list(chain.from_iterable(found.values()))


def _security(settings: KafkaSettings) -> BaseSecurity:
    encrypted, context = settings.kafka_security_protocol.is_encrypted, trust(settings)
    if not settings.kafka_security_protocol.signs_in:
        return BaseSecurity(ssl_context=context, use_ssl=encrypted)
    return SASLScram512(
        settings.kafka_sasl_username, settings.read_kafka_password(), ssl_context=context, use_ssl=encrypted
    )


class Subscriber:
    """A service's one subscriber on all its topics."""

    def __init__(
        self, service: str, topics: Sequence[str], consume: Consume, settings: ServiceSettings, metrics: Metrics
    ) -> None:
        self.drain = Drain(metrics)
        self.broker = KafkaBroker(
            settings.kafka_bootstrap_servers,
            security=_security(settings),
            client_id=service,
            allow_auto_create_topics=False,
            graceful_timeout=20,
            request_timeout_ms=REQUEST_MS,
            logger=None,
        )
        self._consume = consume
        self._linger_seconds = settings.consumer_linger_ms / 1000
        self._enough = settings.consumer_max_records // 4
        self._backlog = Backlog(self.drain.positions, metrics)
        self._came_at = 0.0
        self._close_batches = 0
        self._subscriber: BatchSubscriber = self.broker.subscriber(
            *topics,
            group_id=service,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            batch=True,
            max_records=settings.consumer_max_records,
            batch_timeout_ms=settings.consumer_batch_timeout_ms,
            fetch_max_wait_ms=settings.consumer_fetch_wait_ms,
            parser=_bare_parser,
            decoder=_raw_decoder,
            no_reply=True,
            partition_assignment_strategy=(StickyPartitionAssignor,),
            session_timeout_ms=round(settings.consumer_session_seconds * 1000),
            heartbeat_interval_ms=round(settings.consumer_session_seconds * 1000 / HEARTBEATS),
            rebalance_timeout_ms=60_000,
            max_poll_interval_ms=300_000,
            listener=self.drain,
        )
        self._subscriber.get_msg = self._next_records
        self._subscriber(self._on_batch)

    async def _next_records(self, consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
        """Return what came, as soon as it came; FastStream's own way sleeps after a poll in vain, deaf to what comes.

        Of a stream a batch gathers a little: a transaction for each record costs the database and us several times as much.
        """
        most = self._subscriber.max_records or self._enough * 4
        found = await _poll(consumer, most, self._subscriber.batch_timeout_ms)
        if found:
            self._note_batch()
            if self._close_batches >= STREAM_BATCHES and len(found) < self._enough:
                await asyncio.sleep(self._linger_seconds)
                with suppress(KafkaError):  # the next poll meets it again; what came first must not be passed over
                    found += await _poll(consumer, most - len(found), 0)
            self._came_at = monotonic()
        return tuple(found)

    def _note_batch(self) -> None:
        """Count the batches that come one upon the other; an event and those that follow from it are no stream yet."""
        is_close = monotonic() - self._came_at < STREAM_SECONDS + self._linger_seconds
        self._close_batches = self._close_batches + 1 if is_close else 0

    async def _on_batch(self, msg: KafkaMessage) -> None:
        async with self.drain.lock:
            for record in raw_records(msg):
                self.drain.positions.setdefault(TopicPartition(record.topic, record.partition), record.offset)
            await self._consume(raw_records(msg))
            await reach("consumer.after_commit")
            await msg.ack()  # inside the lock: a revoked partition is never acknowledged late
            for record in raw_records(msg):
                self.drain.positions[TopicPartition(record.topic, record.partition)] = record.offset + 1

    async def start(self) -> None:
        """Connect, join the group and begin to read.

        Raises:
            KafkaError, OSError: the broker did not take us; it may be tried again.
        """
        # FastStream makes its consumer of a class and options that it chooses here; there is no other way to name the class.
        take_any_header_name()
        build: Any = await self.broker.connect()
        self.broker.config.broker_config.builder = partial(JoiningConsumer, **build.keywords)
        await self.broker.start()

    async def stop(self) -> None:
        """Read no more, end the batch in work and leave the group."""
        await self.broker.stop()

    def assigned(self) -> int:
        """Return the number of partitions that this process reads."""
        consumer = self._subscriber.consumer
        return len(consumer.assignment()) if consumer is not None else 0

    async def tell_backlog(self) -> None:
        """Set the gauge of what waits, partition by partition."""
        if self._subscriber.consumer is not None:
            await self._backlog.tell(self._subscriber.consumer)

    def behind(self) -> int:
        """Return how many records the broker has beyond what this process stored, those in work among them, as far as it knows."""
        consumer = self._subscriber.consumer
        if consumer is None:
            return 0
        return sum(
            max(0, (consumer.highwater(partition) or 0) - position)
            for partition, position in self.drain.positions.items()
            if partition in consumer.assignment()
        )
