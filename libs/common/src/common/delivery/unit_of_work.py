"""One transaction per unit of work: the change, the memory of what was read and the outgoing events together."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import Clock
from common.contracts.base import Event
from common.database.engine import Sessions
from common.delivery.at_commit import AtCommit
from common.delivery.envelope import Cause, make_headers
from common.delivery.gathering import write_gathered
from common.delivery.outbox import OutgoingMessage
from common.delivery.own_source import OwnSource
from common.ids import new_id

LONGEST_TRACE_PARENT = 128  # a caller writes it, every event carries it, and readers take no large headers
_EPOCH = text("SELECT epoch FROM event_log_head")


_UNANSWERED = ("08", "57P")  # PostgreSQL's classes of errors that end the connection, whatever became of the commit


class CommitUnknownError(ConnectionError):
    """The commit went out and no answer came: it may be stored, or not."""


class Origin(NamedTuple):
    """Why a unit of work runs: the story it belongs to and what caused it."""

    correlation_id: str
    causation_id: str
    trace_parent: str | None = None

    @classmethod
    def of_request(cls, request_id: str, trace_parent: str | None = None) -> "Origin":
        """Return the origin of a request, which begins a story.

        ``trace_parent`` is its W3C trace context, left out where it is longer than readers take.
        """
        known = trace_parent if trace_parent and len(trace_parent) <= LONGEST_TRACE_PARENT else None
        return cls(correlation_id=request_id, causation_id=request_id, trace_parent=known)

    @classmethod
    def of_event(cls, cause: Cause) -> "Origin":
        """Return the origin of what an event causes: its story goes on."""
        return cls(cause.correlation_id, cause.id, cause.trace_parent)


@dataclass
class UnitOfWork:
    """What a handler works with; it never commits.

    Attributes:
        session: the database, inside the one transaction.
        now: the instant of this unit of work, aware UTC.
        cause: the event being handled; None for requests and timers.
    """

    session: AsyncSession
    now: datetime
    source: str
    origin: Origin
    cause: Cause | None = None
    outgoing: list[OutgoingMessage] = field(default_factory=list[OutgoingMessage])

    def new_id(self) -> UUID:
        """Return a new UUIDv7."""
        return new_id()

    def emit(self, event: Event, *, at: datetime | None = None) -> UUID:
        """Tell an event when this unit of work commits; return its ``ce_id``.

        Args:
            event: the fact.
            at: when it happened, where that is not the unit of work's ``now``.
        """
        return self._add(type(event), event.topic(), event.key, event.subject, event.model_dump_json().encode(), at)

    def erase(self, kind: type[Event], key: UUID, *, at: datetime | None = None) -> UUID:
        """Put a tombstone on a compacted topic: all that was told under the key is to be forgotten."""
        return self._add(kind, kind.topic(), str(key), str(key), None, at)

    def caused_by(self, cause: Cause) -> "UnitOfWork":
        """Return this unit of work as the handler of one event sees it; transaction and outgoing events are shared."""
        return UnitOfWork(self.session, self.now, self.source, Origin.of_event(cause), cause, self.outgoing)

    def send(self, message: OutgoingMessage) -> None:
        """Put a message that is no event (a dead letter) into the outbox."""
        message.check_size()
        self.outgoing.append(message)

    def _add(
        self, kind: type[Event], topic: str, key: str, subject: str, value: bytes | None, at: datetime | None
    ) -> UUID:
        event_id = new_id()
        headers = make_headers(
            kind,
            event_id=event_id,
            source=self.source,
            subject=subject,
            time=at or self.now,
            correlation_id=self.origin.correlation_id,
            causation_id=self.origin.causation_id,
            trace_parent=self.origin.trace_parent,
        )
        self.send(OutgoingMessage(event_id, topic, key.encode(), headers, value))
        return event_id


async def _commit(session: AsyncSession) -> None:
    try:
        await session.commit()
    except (DBAPIError, OSError) as error:
        code = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
        if code and not code.startswith(_UNANSWERED):
            raise  # the server says why it stored nothing
        raise CommitUnknownError("the commit was not answered") from error


class UnitsOfWork:
    """Opens units of work for one service; the only place that commits.

    Attributes:
        failed: is told what the database answered badly.
        own: the source that this process tells under.
        at_commit: where the relay lets units of work number what they tell.
        committed: set after each commit that left something in the outbox; the relay waits for it.
    """

    def __init__(self, service: str, sessions: Sessions, clock: Clock) -> None:
        self.committed = asyncio.Event()
        self.failed: Callable[[Exception], None] = lambda _error: None
        self.own = OwnSource(service)
        self.at_commit = AtCommit(service, self.own)
        self._sessions = sessions
        self._clock = clock

    def now(self) -> datetime:
        """Return the service's time, aware UTC."""
        return self._clock.now()

    @asynccontextmanager
    async def begin(self, origin: Origin | None = None) -> AsyncGenerator[UnitOfWork]:
        """Open a unit of work; it commits at the end and rolls back on any exception.

        Raises:
            CommitUnknownError: the database went away in the middle of the commit.
        """
        source = self.own.hold(self.own.epoch or await self._read_epoch())
        async with self._watched() as session:
            uow = UnitOfWork(session, self._clock.now(), source, origin or Origin.of_request(str(new_id())))
            yield uow
            await session.flush()
            await write_gathered(session)
            async with self.at_commit.telling(session, uow.outgoing):
                await _commit(session)
            if uow.outgoing:
                self.committed.set()

    @asynccontextmanager
    async def _watched(self) -> AsyncGenerator[AsyncSession]:
        async with self._sessions() as session:
            try:
                yield session
            except DBAPIError as error:
                self.failed(error)
                raise

    async def _read_epoch(self) -> int:
        async with self._sessions() as session:
            return await session.scalar(_EPOCH) or 1
