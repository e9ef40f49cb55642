"""The relay: numbers first, then publishes. One leader per service, by an advisory lock (docs/delivery.md).

After a crash, or with two leaders for a moment, the same events go out again with the same ids and numbers, so the
first sight of each key's events is always in order.
"""

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from hashlib import sha256
from typing import Any

import asyncpg
import structlog
from aiokafka.errors import KafkaError
from pydantic_core import from_json

from common.contracts.base import events_topic
from common.delivery.comparing import RUNBOOK
from common.delivery.envelope import source_of
from common.delivery.leading import Leader
from common.delivery.overtaking import Overtaking
from common.delivery.publishing import Publisher
from common.delivery.topic_end import read_topic_end
from common.metrics import Metrics
from common.settings import ServiceSettings

log = structlog.get_logger(__name__)

STATEMENT_SECONDS = 15.0  # each of the relay's is small; a line that is half open never answers
# Without fresh statistics the planner takes a long outbox for a few events among many others, and reads it from end to end
# for every batch.
HEAD = "SELECT epoch, position FROM event_log_head"
LOOK_AGAIN_SECONDS = 5.0
SESSION = "SET idle_session_timeout = '30s'; SET enable_seqscan = off"
LOST_CONNECTION = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresError,  # whatever the server says: a relay that ended would leave the service half-working
    OSError,
    TimeoutError,
)


def plain_dsn(url: str) -> str:
    """Return an asyncpg address of a SQLAlchemy URL."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def relay_lock(service: str) -> int:
    """Return the number of the advisory lock that a service's one leader holds."""
    return int.from_bytes(sha256(f"relay:{service}".encode()).digest()[:7], "big")


async def open_connection(settings: ServiceSettings, statement_seconds: float = 30.0) -> asyncpg.Connection:
    """Return a connection that reads and writes JSON as values."""
    url = plain_dsn(settings.database_url.get_secret_value())
    connection: asyncpg.Connection = await asyncpg.connect(url, command_timeout=statement_seconds, timeout=10)
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
        self.overtaking = Overtaking()
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
        connection = await open_connection(self._settings, STATEMENT_SECONDS)
        try:
            await connection.execute(SESSION)
            await self.overtaking.settle(connection)  # of the session before, whose end may have come after a send
            while not self._stopping.is_set() and not await connection.fetchval(
                "SELECT pg_try_advisory_lock($1)", self._lock
            ):
                await self._pause(0.5)
            if not await self._until_log_is_whole(connection):
                return
            self._metrics.relay_leader.labels(self._service).set(1)
            leader = Leader(
                connection, self._publisher, self._topic, self._settings.relay_batch, self._metrics, self.overtaking
            )
            await self._while_connected(connection, self._lead(leader))
        finally:
            self._metrics.relay_leader.labels(self._service).set(0)
            await self._publisher.drop()
            with suppress(*LOST_CONNECTION):
                await connection.close(timeout=2)

    async def _until_log_is_whole(self, connection: asyncpg.Connection) -> bool:
        """Wait, as its leader, while the log lacks what the topic has: its numbers would be given twice. False when told to stop."""
        told = False
        while not self._stopping.is_set():
            [(epoch, position)] = await connection.fetch(HEAD)
            end = await read_topic_end(self._topic, self._settings, source_of(self._service, epoch))
            self._metrics.went_back.labels(self._service, self._service).set(end > position)
            if end <= position:
                return True
            if not told:
                log.error("log_went_back", log_position=position, topic_position=end, do=RUNBOOK)
            told = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_AGAIN_SECONDS)
        return False

    async def _while_connected(self, connection: asyncpg.Connection, leading: Coroutine[Any, Any, None]) -> None:
        """Lead until told to stop or the connection ends: its lock is gone with it, and what waits for a broker must not go out."""
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        task, watching = asyncio.create_task(leading), asyncio.create_task(ended.wait())
        try:
            await asyncio.wait({task, watching}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            watching.cancel()
            if not task.done():
                await self._publisher.drop()  # its deliveries fail, and that ends the turn
        await task

    async def _lead(self, leader: Leader) -> None:
        woken = True
        while not self._stopping.is_set():
            self._wake.clear()
            if (woken or await leader.has_work()) and await leader.turn():
                continue
            self.failures = 0
            woken = await self._pause(self._settings.relay_poll_seconds)

    async def _pause(self, seconds: float) -> bool:
        """Wait until something was committed here, at most ``seconds``; return whether something was."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        return self._wake.is_set()
