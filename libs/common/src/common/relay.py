"""The relay: numbers first, then publishes. One leader per service, by an advisory lock (DESIGN.md 4.2).

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
from aiokafka.errors import KafkaError
from pydantic_core import from_json

from common.contracts.base import events_topic
from common.envelope import KEY_SEQUENCE, SEQUENCE
from common.metrics import Metrics
from common.numbering import number_events
from common.publishing import Publisher, Sendable
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
# Looked for at the front alone: behind a long backlog of events a look at all rows would take seconds, at every turn.
OTHERS = """
SELECT id, topic, key, headers, value FROM (SELECT * FROM outbox ORDER BY id LIMIT $2) AS front
WHERE topic <> $1 ORDER BY id
"""
WAITING = """
SELECT (SELECT id FROM outbox ORDER BY id LIMIT 1) IS NOT NULL AS queued, position > published AS behind, published
FROM event_log_head
"""
# A mark that a crash of the database forgets is only copies sent again: it waits for no disk.
MARK = """
UPDATE event_log_head SET published = greatest(published, $1)
WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL
"""
ENCODED_AT_ONCE = 50  # messages; then the loop of the process may look at others


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
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=from_json, schema="pg_catalog")
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
        self._publisher = Publisher(f"{service}-relay", settings)
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
            await self._publisher.drop()
            with suppress(*LOST_CONNECTION):
                await connection.close(timeout=2)

    async def _turn(self, connection: asyncpg.Connection) -> bool:
        """Number, publish, send the rest; return whether there was anything to do."""
        self._wake.clear()
        (state,) = await connection.fetch(WAITING)
        if not state["queued"] and not state["behind"]:
            return False
        limit = self._settings.relay_batch
        if not state["behind"]:
            await number_events(connection, self._topic, limit)
        rows = await connection.fetch(UNPUBLISHED, state["published"], limit)
        if rows:
            await self._publish(connection, rows)
        sent = await self._send_others(connection, limit)
        return bool(rows or sent)

    async def _publish(self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> None:
        """Publish numbered events; the next ones are numbered while these are on their way."""
        numbering = asyncio.create_task(number_events(connection, self._topic, self._settings.relay_batch))
        try:
            await self._send(await self._encode_events(rows))
        finally:
            await numbering  # a connection does one thing at a time
        await connection.execute(MARK, rows[-1]["position"])

    async def _encode_events(self, rows: Sequence[asyncpg.Record]) -> list[Sendable]:
        encoded: list[Sendable] = []
        for place, (position, key, key_sequence, headers, value) in enumerate(rows):
            numbers = {SEQUENCE: position, KEY_SEQUENCE: key_sequence}
            encoded.append(Sendable(self._topic, key, _encode(headers, **numbers), value))
            if place % ENCODED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return encoded

    async def _send_others(self, connection: asyncpg.Connection, limit: int) -> int:
        rows = await connection.fetch(OTHERS, self._topic, limit)
        await self._send([Sendable(row["topic"], row["key"], _encode(row["headers"]), row["value"]) for row in rows])
        if rows:
            await connection.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
        return len(rows)

    async def _send(self, messages: Sequence[Sendable]) -> None:
        await self._publisher.send(messages)
        if messages:
            self._metrics.published.labels(self._service).inc(len(messages))

    async def _pause(self, seconds: float) -> bool:
        """Wait until something was committed here, at most ``seconds``; return whether something was."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        return self._wake.is_set()
