"""The relay: numbers first, then publishes. One leader per service, by an advisory lock (docs/delivery.md).

After a crash, or with two leaders for a moment, the same events go out again with the same ids and numbers, so the
first sight of each key's events is always in order.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from common.contracts.base import events_topic
from common.envelope import KEY_SEQUENCE, SEQUENCE
from common.kafka_access import aiokafka_options
from common.metrics import Metrics
from common.numbering import number_events
from common.settings import ServiceSettings

log = structlog.get_logger(__name__)

LOST_CONNECTION = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresError,  # whatever the server says: a relay that ended would leave the service half-working
    OSError,
    TimeoutError,
)
UNPUBLISHED = """
SELECT position, key, key_sequence, headers, value FROM event_log
WHERE position > $1 ORDER BY position LIMIT $2
"""
OTHERS = "SELECT id, topic, key, headers, value FROM outbox WHERE topic <> $1 ORDER BY id LIMIT $2"
WAITING = "SELECT EXISTS (SELECT FROM outbox) OR EXISTS (SELECT FROM event_log_head WHERE position > published)"
MARK = "UPDATE event_log_head SET published = greatest(published, $1)"

Sendable = tuple[str, bytes, list[tuple[str, bytes]], bytes | None]


def plain_dsn(url: str) -> str:
    """Return an asyncpg address of a SQLAlchemy URL."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def relay_lock(service: str) -> int:
    """Return the number of the advisory lock that a service's one leader holds."""
    return int.from_bytes(sha256(f"relay:{service}".encode()).digest()[:7], "big")


def _encode(headers: dict[str, str], **numbers: int) -> list[tuple[str, bytes]]:
    return [(name, text.encode()) for name, text in headers.items()] + [
        (name, str(number).encode()) for name, number in numbers.items()
    ]


async def open_connection(settings: ServiceSettings) -> asyncpg.Connection:
    """Return a connection that reads and writes JSON as values."""
    url = plain_dsn(settings.database_url.get_secret_value())
    connection: asyncpg.Connection = await asyncpg.connect(url, command_timeout=30, timeout=10)
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    return connection


class Relay:
    """Moves a service's events from the outbox over the event log to the broker, in order, as one leader."""

    def __init__(self, service: str, settings: ServiceSettings, metrics: Metrics, wake: asyncio.Event) -> None:
        self._topic = events_topic(service)
        self._service = service
        self._settings = settings
        self._metrics = metrics
        self._wake = wake
        self._stopping = asyncio.Event()
        self._lock = relay_lock(service)
        self._producer: AIOKafkaProducer | None = None
        self.failures = 0

    async def run(self) -> None:
        """Lead or wait to lead until ``stop``; a lost connection or producer is made anew."""
        while not self._stopping.is_set():
            try:
                await self._session()
            except LOST_CONNECTION as error:
                self._failed("relay_connection_lost", error)
            except KafkaError as error:
                self._metrics.publish_errors.labels(self._service, type(error).__name__).inc()
                self._failed("relay_publish_failed", error)
            if self.failures:
                await self._pause(min(0.2 * 2 ** min(self.failures, 5), 5.0))

    def stop(self) -> None:
        """Let the batch in work end, then leave."""
        self._stopping.set()
        self._wake.set()

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        log.warning(what, error=type(error).__name__, detail=str(error)[:200], failures=self.failures)

    async def _session(self) -> None:
        connection = await open_connection(self._settings)
        try:
            await connection.execute("SET idle_session_timeout = '30s'")
            while not self._stopping.is_set() and not await connection.fetchval(
                "SELECT pg_try_advisory_lock($1)", self._lock
            ):
                await self._pause(0.5)
            self._metrics.relay_leader.labels(self._service).set(1)
            while not self._stopping.is_set():
                if await self._turn(connection):
                    continue
                self.failures = 0
                if await self._pause(self._settings.relay_poll_seconds):
                    await asyncio.sleep(self._settings.relay_gather_seconds)
        finally:
            self._metrics.relay_leader.labels(self._service).set(0)
            await self._drop_producer()
            with suppress(*LOST_CONNECTION):
                await connection.close(timeout=2)

    async def _turn(self, connection: asyncpg.Connection) -> bool:
        """Number, publish, send the rest; return whether there was anything to do."""
        self._wake.clear()
        if not await connection.fetchval(WAITING):
            return False
        limit = self._settings.relay_batch
        numbered = await number_events(connection, self._topic, limit)
        published = await self._publish(connection, limit)
        sent = await self._send_others(connection, limit)
        return bool(numbered or published or sent)

    async def _publish(self, connection: asyncpg.Connection, limit: int) -> int:
        mark = await connection.fetchval("SELECT published FROM event_log_head")
        rows = await connection.fetch(UNPUBLISHED, mark, limit)
        await self._send(
            [
                (
                    self._topic,
                    row["key"],
                    _encode(row["headers"], **{SEQUENCE: row["position"], KEY_SEQUENCE: row["key_sequence"]}),
                    row["value"],
                )
                for row in rows
            ]
        )
        if rows:
            await connection.execute(MARK, rows[-1]["position"])
        return len(rows)

    async def _send_others(self, connection: asyncpg.Connection, limit: int) -> int:
        rows = await connection.fetch(OTHERS, self._topic, limit)
        await self._send([(row["topic"], row["key"], _encode(row["headers"]), row["value"]) for row in rows])
        if rows:
            await connection.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
        return len(rows)

    async def _send(self, messages: Sequence[Sendable]) -> None:
        """Send all in order, then wait for all acknowledgements."""
        if not messages:
            return
        producer = await self._open_producer()
        futures = [
            await producer.send(topic, value=value, key=key, headers=headers) for topic, key, headers, value in messages
        ]
        try:
            for future in futures:
                await future
        except BaseException:
            await asyncio.gather(*futures, return_exceptions=True)
            raise
        self._metrics.published.labels(self._service).inc(len(messages))

    async def _open_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                **aiokafka_options(self._settings),
                client_id=f"{self._service}-relay",
                enable_idempotence=True,
                acks="all",
                linger_ms=2,
                max_batch_size=256 * 1024,
                request_timeout_ms=20_000,
            )
            self._producer = producer
            await producer.start()
        return self._producer

    async def _drop_producer(self) -> None:
        """Close the producer; after an error it never heals by itself (aio-libs/aiokafka#1017)."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(producer.stop(), 5)

    async def _pause(self, seconds: float) -> bool:
        """Wait until something was committed here, at most ``seconds``; return whether something was."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        return self._wake.is_set()
