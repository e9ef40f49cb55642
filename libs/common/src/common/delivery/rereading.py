"""Compacted topics are read again from their beginning after the database went back in time (docs/operate/restore.md).

They have no log and no numbers. What they told between the backup and the restore lies before the place from which a
reader goes on, so it would never come again, and what was erased in that time would be there for good. So ``new-epoch``
marks them as unread, by a row of ``forgotten_events`` at minus the epoch, and until ``settle`` has read them the service
does not start: nobody is written to by an address that was erased.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts.base import Event
from common.delivery.messages import Record
from common.delivery.relay import open_connection
from common.delivery.republishing import hold_relay
from common.delivery.settling import REAPPLIED, Settled
from common.delivery.whole_topics import read_whole
from common.service import Service

IS_UNREAD = "SELECT EXISTS (SELECT FROM forgotten_events WHERE position < 0 AND settled_at IS NULL)"
MARK_READ = """
UPDATE forgotten_events SET settled_at = $1, how = $2, note = $3 WHERE position < 0 AND settled_at IS NULL
"""
_DROP_WAITING = text(
    """
    DELETE FROM outbox o
    USING unnest(CAST(:keys AS text[]), CAST(:times AS timestamptz[])) AS told (key, time)
    WHERE o.topic = :topic AND o.key = convert_to(told.key, 'UTF8')
        AND CAST(o.headers->>'ce_time' AS timestamptz) <= told.time
    """
)

Take = Callable[[Service, Sequence[Record]], Awaitable[None]]


@dataclass(frozen=True)
class Rereading:
    """One line of a service's table: the records of this event's compacted topic are taken in that way once more."""

    kind: type[Event]
    take: Take


def reread(kind: type[Event], take: Take) -> Rereading:
    """Return a line of the table of topics to be read again.

    Args:
        kind: an event on a compacted topic.
        take: ``async def take(service, records) -> None``. It gets some hundred records at a time, those of a key in their
            order, and may get the same ones again; it stores what is newer than what the database has.
    """
    return Rereading(kind, take)


async def reread_topics(
    service: Service, rereadings: Sequence[Rereading], untold: Settled | None = None
) -> AsyncGenerator[tuple[str, int]]:
    """Read the topics from the beginning, if that is still to be done; yield each with its number of records.

    Where there is ``untold``, which no topic tells, the mark is then left to people (``untold``).

    Raises:
        RelayRunsError: the service runs.
        TopicMissingError: a topic is not there, or not for this user.
    """
    connection = await open_connection(service.settings)
    try:
        await hold_relay(connection, service.name)
        if await connection.fetchval(IS_UNREAD):
            for line in rereadings:
                yield line.kind.topic(), await _read_again(service, line)
            how, *words = untold or REAPPLIED
            note = dict(zip(("vi", "en"), words, strict=True)) if untold else None
            await connection.execute(MARK_READ, service.units.now(), how, note)
    finally:
        await connection.close()


async def _read_again(service: Service, line: Rereading) -> int:
    count = 0
    async with aclosing(read_whole(line.kind.topic(), service.settings)) as batches:
        async for records in batches:
            await line.take(service, records)
            count += len(records)
    return count


async def drop_waiting(session: AsyncSession, topic: str, told: Mapping[str, datetime]) -> None:
    """Let nothing go out that the topic has, or has something newer of: a restored outbox may hold both.

    Args:
        session: of the topic's owner.
        topic: a compacted one.
        told: the newest time on the topic by key.
    """
    await session.execute(_DROP_WAITING, {"topic": topic, "keys": list(told), "times": list(told.values())})
