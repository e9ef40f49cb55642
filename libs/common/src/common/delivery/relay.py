"""The relay: numbers first, then publishes. One leader per service, by an advisory lock (docs/delivery.md).

After a crash, or with two leaders for a moment, the same events go out again with the same ids and numbers, so the
first sight of each key's events is always in order.
"""

import asyncio
import json
from contextlib import suppress
from hashlib import sha256
from math import inf
from time import monotonic

import asyncpg
import structlog
from aiokafka.errors import KafkaError
from pydantic_core import from_json

from common.contracts.base import events_topic
from common.delivery.at_commit import AtCommit
from common.delivery.comparing import RUNBOOK
from common.delivery.envelope import source_of
from common.delivery.leading import Leader
from common.delivery.overtaking import Overtaking
from common.delivery.own_source import EpochChangedError, OwnSource
from common.delivery.publishing import Publisher
from common.delivery.terms import lead_while_connected
from common.delivery.topic_end import read_topic_end
from common.metrics import Metrics
from common.settings import ServiceSettings

log = structlog.get_logger(__name__)

STATEMENT_SECONDS = 15.0  # each of the relay's is small; a line that is half open never answers
# Without fresh statistics the planner takes a long outbox for a few events among many others, and reads it from end to end
# for every batch.
HEAD = "SELECT epoch, position FROM event_log_head"
EPOCH = "SELECT epoch FROM event_log_head"
SERVER = "SELECT pg_postmaster_start_time()"
LOOK_AGAIN_SECONDS = 5.0
MOMENT_SECONDS = 0.01  # what is told right behind an event comes within it
SILENT_SECONDS = 240.0  # no turn takes as long: every wait in it has its bound
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

    def __init__(
        self,
        service: str,
        settings: ServiceSettings,
        metrics: Metrics,
        wake: asyncio.Event,
        own: OwnSource | None = None,
        at_commit: AtCommit | None = None,
    ) -> None:
        self._topic = events_topic(service)
        self._service = service
        self._settings = settings
        self._metrics = metrics
        self._wake = wake
        self._stopping = asyncio.Event()
        self._lock = relay_lock(service)
        self._publisher = Publisher(f"{service}-relay", settings)
        self._own = own or OwnSource(service)
        self._at_commit = at_commit or AtCommit(service, self._own)
        self._ended = ""
        self._moved = self._failing_since = inf
        self.overtaking = Overtaking()
        self.failures = 0

    async def run(self) -> None:
        """Lead or wait to lead until ``stop``; a lost connection or producer is made anew.

        It ends by itself when the log began another epoch than the process: see ``trouble``.
        """
        while not self._stopping.is_set():
            self._moved = monotonic()
            try:
                await self._session()
            except EpochChangedError as error:
                self._ended = str(error)
                log.critical("epoch_changed_while_running", detail=self._ended, do=RUNBOOK)
                return
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

    def trouble(self) -> str:
        """Return what only a new process heals; nothing while all is well or heals by itself."""
        if self._ended or self._stopping.is_set():
            return self._ended
        return "the relay does not go on" if monotonic() - self._moved > SILENT_SECONDS else ""

    def is_usable(self) -> bool:
        """Whether it goes on, or failed for a short while only; what is told here goes nowhere otherwise."""
        return not self.trouble() and monotonic() - self._failing_since < self._settings.kafka_grace_seconds

    def _failed(self, what: str, error: Exception) -> None:
        self.failures += 1
        self._failing_since = min(self._failing_since, monotonic())
        log.warning(what, error=type(error).__name__, detail=str(error)[:200], failures=self.failures)

    async def _session(self) -> None:
        connection = await open_connection(self._settings, STATEMENT_SECONDS)
        connection.add_termination_listener(lambda _: self._at_commit.begin_term())
        try:
            await connection.execute(SESSION)
            await self.overtaking.settle(connection)  # of the session before, whose end may have come after a send
            while not self._stopping.is_set() and not await self._try_to_lead(connection):
                self._failing_since = inf  # another one publishes
                await self._pause(0.5)
            await lead_while_connected(connection, self._lead(connection), self._stopping, self._publisher.drop)
        finally:
            self._at_commit.begin_term()
            self._metrics.relay_leader.labels(self._service).set(0)
            await self._publisher.drop()
            with suppress(*LOST_CONNECTION):
                await connection.close(timeout=2)

    async def _try_to_lead(self, connection: asyncpg.Connection) -> bool:
        """Return whether this is the leader now; its process must be of the log's epoch, whoever leads."""
        leads: bool = await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock)
        self._own.hold(await connection.fetchval(EPOCH))
        return leads

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
            self._moved = monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_AGAIN_SECONDS)
        return False

    async def _lead(self, connection: asyncpg.Connection) -> None:
        if not await self._until_log_is_whole(connection):
            return
        server = await connection.fetchval(SERVER)
        self._at_commit.begin_term()
        leader = Leader(
            connection,
            self._publisher,
            self._topic,
            self._settings.relay_batch,
            self._metrics,
            self.overtaking,
            self._own,
            self._wake,
            self._at_commit,
        )
        woken = True
        while not self._stopping.is_set():
            self._wake.clear()
            more = (woken or await leader.has_work()) and await leader.turn()
            self._moved, self._failing_since = monotonic(), inf
            self._metrics.relay_leader.labels(self._service).set(1)
            if not more:
                self.failures = 0
                if connection.is_closed():  # its term has ended: what was handed over went out without asking it
                    raise ConnectionResetError("the relay's connection has ended")
                self._at_commit.open(server)
                woken = await self._rest(leader)
        await leader.mark()

    async def _rest(self, leader: Leader) -> bool:
        """Wait for work, and set the mark when none came for a moment; return whether there is some."""
        if leader.owes_mark and await self._pause(MOMENT_SECONDS):
            return True
        return await leader.mark() or await self._pause(self._settings.relay_poll_seconds)

    async def _pause(self, seconds: float) -> bool:
        """Wait until something was committed here, at most ``seconds``; return whether something was."""
        self._moved = monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for would make a task of it
                await self._wake.wait()
        return self._wake.is_set()
