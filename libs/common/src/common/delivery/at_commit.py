"""Numbering at the commit: what a lone event waits for between its commit and the broker is the broker alone (decision 68).

While the relay of this process leads and has nothing to do, the door stands open: a unit of work that tells a few events
numbers them as it tells them, and hands them over to the relay. One at a time; whoever comes meanwhile puts its events into
the outbox, so that no unit of work ever waits for numbers. Where more is told than goes out the door is shut, and the relay
numbers by itself.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts.base import events_topic
from common.delivery.failpoints import reach
from common.delivery.numbered_at_once import tell_at_once
from common.delivery.numbering import LoggedEvent
from common.delivery.outbox import OutgoingMessage, add_to_outbox
from common.delivery.own_source import OwnSource

FEW = 10  # a unit of work with more is no lone event, and would keep its locks for long
FEW_BYTES = 256 * 1024  # of their values
HANDED = 50  # events that wait for the relay; those told beyond them wait in the outbox


class AtCommit:
    """The door between the units of work of a process and its relay."""

    def __init__(self, service: str, own: OwnSource) -> None:
        self._topic = events_topic(service)
        self._own = own
        self._server: datetime | None = None  # None while the door is shut
        self._lock = asyncio.Lock()
        self._handed: list[LoggedEvent] = []
        self._is_in_doubt = False
        self._term = 0

    def begin_term(self) -> None:
        """Shut the door and forget what was handed over: a relay begins or ends to lead, and the database may be another.

        What was committed is in the log; what is not there any more must not go out.
        """
        self.shut()
        self._term += 1
        self._handed.clear()
        self._is_in_doubt = False

    def open(self, server: datetime) -> None:
        """Let units of work number.

        Args:
            server: when the server started whose log the relay has found whole. Another one, to which connections lead
                meanwhile, may be a restored one, which would give numbers twice: there nothing is numbered.
        """
        self._server = server

    def shut(self) -> None:
        """Let no unit of work number any more; one that does already goes on."""
        self._server = None

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Number while no unit of work does, nor will until the door is opened again: it would read a head that moves."""
        self.shut()
        async with self._lock:
            yield

    @asynccontextmanager
    async def telling(self, session: AsyncSession, outgoing: Sequence[OutgoingMessage]) -> AsyncGenerator[None]:
        """Put messages into the outbox, or number them if the door is open: commit within, then the relay has them."""
        server = self._server
        if server is None or self._lock.locked() or not self._may_number(outgoing):
            await add_to_outbox(session, outgoing)
            yield
            return
        async with self._lock:
            term = self._term
            events = await tell_at_once(session, self._topic, outgoing, self._own, server)
            if events:
                await reach("commit.numbered")
            try:
                yield
            except BaseException:
                self._is_in_doubt |= bool(events)  # it may be stored all the same
                raise
            if term == self._term:
                self._handed += events
        if events:
            await reach("commit.after_numbering")

    def take(self) -> list[LoggedEvent]:
        """Return what was handed over since, in the order of positions."""
        handed, self._handed = self._handed, []
        return handed

    def take_doubt(self) -> bool:
        """Return whether since the last time a commit was not answered whose events had got numbers: the log has them, or not."""
        was, self._is_in_doubt = self._is_in_doubt, False
        return was

    def _may_number(self, outgoing: Sequence[OutgoingMessage]) -> bool:
        if not 0 < len(outgoing) <= FEW or len(self._handed) >= HANDED:
            return False
        return (
            all(message.topic == self._topic for message in outgoing)
            and sum(len(message.value or b"") for message in outgoing) <= FEW_BYTES
        )
