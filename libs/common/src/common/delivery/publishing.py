"""Publishing: messages in order to an idempotent producer, whole batches at a time.

Record by record aiokafka spends more on futures and on hashing the key than on the record itself.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, ProducerClosed
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from common.delivery.failpoints import reach
from common.kafka.access import aiokafka_options
from common.settings import ServiceSettings

# aiokafka asks for a producer id until it gets one, and puts batches off in the same way: both would wait for ever.
START_SECONDS = 10.0
SEND_SECONDS = 45.0
DROP_SECONDS = 5.0
MAX_BATCH_BYTES = 256 * 1024
KNOWN_KEYS = 100_000


class Sendable(NamedTuple):
    """A message as the broker takes it; a value of None is a tombstone."""

    topic: str
    key: bytes
    headers: list[tuple[str, bytes]]
    value: bytes | None


class Publisher:
    """One producer, made at the first send and made anew after ``drop``; the partition is that of Kafka's own clients."""

    def __init__(self, client_id: str, settings: ServiceSettings) -> None:
        self._client_id = client_id
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._partitioner = DefaultPartitioner()
        self._known: dict[tuple[str, int], dict[bytes, int]] = {}

    async def send(self, messages: Sequence[Sendable]) -> None:
        """Send all in order, and return when the broker has acknowledged them all.

        Raises:
            KafkaError: some were not acknowledged in time; any of them may have been stored.
        """
        if not messages:
            return
        producer = await self._open()
        async with _at_most(SEND_SECONDS, "the broker has not acknowledged what was sent"):
            await self._deliver(producer, messages)

    async def _deliver(self, producer: AIOKafkaProducer, messages: Sequence[Sendable]) -> None:
        deliveries: list[Awaitable[Any]] = []
        try:
            for (topic, partition), batches in (await self._pack(producer, messages)).items():
                for batch in batches:
                    deliveries.append(await producer.send_batch(batch, topic, partition=partition))
                    await reach("relay.mid_batch")
            for delivery in deliveries:
                await delivery
        except Exception:
            await asyncio.gather(*deliveries, return_exceptions=True)
            raise
        except asyncio.CancelledError:  # whoever has no more time for this turn drops the producer, and all of it fails
            asyncio.gather(*deliveries, return_exceptions=True)
            raise

    async def drop(self) -> None:
        """Close the producer; after an error it never heals by itself (aio-libs/aiokafka#1017).

        What it still holds fails and is not sent: who drops it may lead no more, and all goes out again after the mark.
        """
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                await asyncio.wait_for(_abandon(producer), DROP_SECONDS)

    async def _pack(
        self, producer: AIOKafkaProducer, messages: Sequence[Sendable]
    ) -> dict[tuple[str, int], list[BatchBuilder]]:
        """Return closed batches by topic and partition; within a partition they keep the order of the messages."""
        partitions = {topic: sorted(await producer.partitions_for(topic)) for topic in {one.topic for one in messages}}
        packed: dict[tuple[str, int], list[BatchBuilder]] = {}
        for topic, key, headers, value in messages:
            batches = packed.setdefault((topic, self._partition_of(topic, key, partitions[topic])), [])
            if not batches or batches[-1].append(timestamp=None, key=key, value=value, headers=headers) is None:
                batches.append(producer.create_batch())
                batches[-1].append(timestamp=None, key=key, value=value, headers=headers)
        for batches in packed.values():
            batches[-1].close()  # so that it does not wait for more
        return packed

    def _partition_of(self, topic: str, key: bytes, partitions: list[int]) -> int:
        known = self._known.setdefault((topic, len(partitions)), {})
        partition = known.get(key)
        if partition is None:
            if len(known) >= KNOWN_KEYS:
                known.clear()
            partition = known[key] = self._partitioner(key, partitions, partitions)
        return partition

    async def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                **aiokafka_options(self._settings),
                client_id=self._client_id,
                enable_idempotence=True,
                acks="all",
                max_batch_size=MAX_BATCH_BYTES,
                request_timeout_ms=20_000,
            )
            self._producer = producer
            async with _at_most(START_SECONDS, "the broker has given no producer id"):
                await producer.start()
        return self._producer


@asynccontextmanager
async def _at_most(seconds: float, what: str) -> AsyncGenerator[None]:
    bound = asyncio.timeout(seconds)
    try:
        async with bound:
            yield
    except TimeoutError as error:
        if not bound.expired():
            raise
        raise KafkaTimeoutError(f"{what} within {seconds:.0f} s") from error


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Close a producer at once; its own ``stop`` sends all that it holds first, however long the broker is away."""
    # There is no other way to what it holds.
    held = producer._message_accumulator  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    sending = producer._sender.sender_task  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    held.fail_all(ProducerClosed())
    if sending is not None:
        sending.cancel()
    await producer.client.close()  # requests on their way fail
    if sending is not None:
        await asyncio.gather(sending, return_exceptions=True)
    await producer.stop()
