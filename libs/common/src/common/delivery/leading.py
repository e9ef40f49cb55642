"""What the relay's leader does, on its one connection: number, publish, mark; and send what is no public event."""

import asyncio
from collections.abc import Mapping, Sequence

import asyncpg

from common.delivery.at_commit import AtCommit
from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE
from common.delivery.failpoints import reach
from common.delivery.numbering import BATCH_BYTES, LoggedEvent, number_events
from common.delivery.overtaking import Overtaking
from common.delivery.own_source import OwnSource
from common.delivery.publishing import Publisher, Sendable
from common.metrics import Metrics

UNPUBLISHED = """
SELECT position, key, key_sequence, headers, value
FROM (SELECT *, sum(octet_length(value)) OVER (ORDER BY position) - octet_length(value) AS before
      FROM (SELECT * FROM event_log WHERE position > (SELECT published FROM event_log_head)
            ORDER BY position LIMIT $1) AS next) AS sized
WHERE before < $2 ORDER BY position
"""
PUBLISHED = "SELECT published FROM event_log_head"
# A mark that a crash of the database forgets means only that copies are sent: it waits for no disk. The look for what came
# meanwhile goes with it.
MARK = """
UPDATE event_log_head SET published = greatest(published, $1)
WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL
RETURNING EXISTS (SELECT FROM (SELECT id FROM outbox ORDER BY id LIMIT 1) AS first) AS waits
"""
QUEUED = """
SELECT (SELECT id FROM outbox ORDER BY id LIMIT 1) IS NOT NULL AS waits, epoch, position FROM event_log_head
"""
# Looked for at the front alone: behind a long backlog of events a look at all rows would take seconds, at every turn.
OTHERS = """
SELECT id, topic, key, headers, value
FROM (SELECT *, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY id) - coalesce(octet_length(value), 0) AS before
      FROM (SELECT * FROM outbox ORDER BY id LIMIT $2) AS front WHERE topic <> $1) AS sized
WHERE before < $3 ORDER BY id
"""
SENT = "DELETE FROM outbox WHERE id = ANY($1::bigint[]) RETURNING id"
OTHERS_AT_ONCE = 500
ENCODED_AT_ONCE = 50  # messages; then the loop of the process may look at others
UNMARKED = 100  # lone events; with those handed over meanwhile a crash has them sent again

Rows = Sequence[LoggedEvent]


class Leader:
    """Takes messages out of the outbox, turn by turn; made anew with each connection that holds the lock."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        publisher: Publisher,
        topic: str,
        limit: int,
        metrics: Metrics,
        overtaking: Overtaking | None = None,
        own: OwnSource | None = None,
        wake: asyncio.Event | None = None,
        at_commit: AtCommit | None = None,
    ) -> None:
        self._own = own or OwnSource(metrics.service)
        self._at_commit = at_commit or AtCommit(metrics.service, self._own)
        self._wake = wake or asyncio.Event()
        self._overtaking = overtaking or Overtaking()
        self._connection = connection
        self._publisher = publisher
        self._topic = topic
        self._limit = limit
        self._metrics = metrics
        self._numbered: Rows = []
        self._others_wait = False
        self._more_wait = False  # in the outbox, when this turn set the mark
        self._behind = True  # the log holds unpublished events before those of ``_numbered``
        self._last = 0  # the position of the last event published here, or on its way
        self._acknowledged = 0
        self._marked = 0

    @property
    def owes_mark(self) -> bool:
        """Whether the broker has acknowledged more than the log says."""
        return self._acknowledged > self._marked

    async def mark(self) -> bool:
        """Set the mark where it is owed; return whether messages wait in the outbox.

        For a moment it locks the head, which whoever numbers at a commit must find free: it is for when nothing comes.
        """
        if self.owes_mark:
            marked = self._acknowledged
            self._more_wait = await self._connection.fetchval(MARK, marked)
            self._marked = marked
        return self._more_wait

    async def has_work(self) -> bool:
        """Return whether a turn would find something, at the cost of one look.

        Raises:
            EpochChangedError: the log is in another epoch than this process, which numbers nothing any more.
        """
        [(waits, epoch, position)] = await self._connection.fetch(QUEUED)
        self._own.hold(epoch)
        known = self._numbered[-1].position if self._numbered else self._last
        self._behind = self._behind or position > known  # numbered at a commit, and not handed over
        return self._behind or bool(self._numbered) or waits

    async def turn(self) -> bool:
        """Publish the next events in their order, send the rest; return whether there may be more to do.

        Raises:
            KafkaError: not all was acknowledged; the same goes out again after the mark.
        """
        waits, self._more_wait = self._more_wait, False
        events = await self._next_events()
        if events:
            await self._publish(events, more_waits=waits)
        others = await self._send_others() if self._others_wait or self._behind else 0
        return bool(self._numbered or others or self._behind or self._more_wait)

    async def _next_events(self) -> Rows:
        if self._behind:
            self._at_commit.shut()
            self._at_commit.take()  # the log has it, and is read from the mark on
            events = await self._read_log()
            if events:
                return events
            self._behind = False
            self._last = self._marked = await self._connection.fetchval(PUBLISHED)
        events, self._numbered = self._numbered, []
        events = events or self._take_handed()
        if not events and not self._behind:
            events = await self._number()
        return await self._read_log() if self._behind else events

    def _take_handed(self) -> Rows:
        """Return what was numbered at commits; if some of it may not have been handed over, the log is to be read."""
        events = self._at_commit.take()
        places = range(self._last + 1, self._last + 1 + len(events))
        self._behind = self._at_commit.take_doubt() or [event.position for event in events] != list(places)
        return events

    async def _read_log(self) -> Rows:
        await self.mark()  # it is read from there on
        rows = await self._connection.fetch(UNPUBLISHED, self._limit, BATCH_BYTES)
        return [LoggedEvent(*row) for row in rows]

    async def _number(self) -> Rows:
        published = self._acknowledged
        async with self._at_commit.alone():
            events, self._others_wait = await number_events(
                self._connection, self._topic, self._limit, published, self._own
            )
        if not events:
            return []
        self._marked = max(self._marked, published)
        await reach("relay.after_numbering")
        if events[0].position != self._last + 1:  # another leader numbered some before these: they go out first
            self._behind = True
            return []
        return events

    async def _publish(self, events: Rows, *, more_waits: bool) -> None:
        """Publish numbered events; if more are known to wait, they are numbered while these are on their way.

        The mark goes with the next numbering or is set when nothing comes, unless the log is read from the mark.
        """
        self._last = events[-1].position
        numbering = (
            asyncio.create_task(self._number()) if self._may_number_behind(events, more_waits=more_waits) else None
        )
        try:
            await self._send(await self._encode(events))
        finally:
            if numbering is not None:  # a connection does one thing at a time
                self._numbered = await numbering
        await reach("relay.after_send")
        self._acknowledged = events[-1].position
        if self._behind or (not self._numbered and self._acknowledged - self._marked >= UNMARKED):
            await self.mark()

    def _may_number_behind(self, events: Rows, *, more_waits: bool) -> bool:
        """Whether there is likely something to number.

        A batch was full, this process has committed since the turn began, or more waited when the last mark was set: what is
        handed over time and again must not keep that back. Behind each lone event the statement would find nothing, and keep
        two processors from the one that is on its way.
        """
        is_full = len(events) >= self._limit or sum(len(event.value) for event in events) >= BATCH_BYTES
        return not self._behind and (is_full or self._wake.is_set() or more_waits)

    async def _encode(self, events: Rows) -> list[Sendable]:
        encoded: list[Sendable] = []
        for place, (position, key, key_sequence, headers, value) in enumerate(events):
            if place and place % ENCODED_AT_ONCE == 0:
                await asyncio.sleep(0)
            numbers = {SEQUENCE: position, KEY_SEQUENCE: key_sequence}
            encoded.append(Sendable(self._topic, key, encode_headers(headers, **numbers), value))
        return encoded

    async def _send_others(self) -> int:
        rows = await self._connection.fetch(OTHERS, self._topic, min(self._limit, OTHERS_AT_ONCE), BATCH_BYTES)
        if rows:
            self._overtaking.sending(rows)
            await self._send(
                [Sendable(row["topic"], row["key"], encode_headers(row["headers"]), row["value"]) for row in rows]
            )
            gone = await self._connection.fetch(SENT, [row["id"] for row in rows])
            await self._overtaking.settle(self._connection, [row["id"] for row in gone])
        return len(rows)

    async def _send(self, messages: Sequence[Sendable]) -> None:
        await self._publisher.send(messages)
        self._metrics.published.labels(self._metrics.service).inc(len(messages))


def encode_headers(headers: Mapping[str, str], **numbers: int) -> list[tuple[str, bytes]]:
    """Return headers as the broker takes them, with the numbers behind."""
    return [(name, text.encode()) for name, text in headers.items()] + [
        (name, str(number).encode()) for name, number in numbers.items()
    ]
