"""Epochs: a service whose database went back in time tells under a new ``ce_source`` from then on.

Numbers within a key go on over epochs. A reader that meets a new source takes in what it lacks of the epochs before,
and remembers for the new source the number before its first event; what the owner forgot stays with the reader.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts.base import events_topic
from common.delivery.envelope import epoch_of, owner_of, source_of
from common.delivery.feed_reading import Feeds, NotToldError
from common.delivery.healing import GapError, StrangerError
from common.delivery.inbox import MemoryKey, lock_memory, save_memory
from common.delivery.messages import Message, from_feed
from common.delivery.relay import open_connection
from common.delivery.republishing import hold_relay
from common.delivery.unit_of_work import UnitsOfWork
from common.settings import ServiceSettings

log = structlog.get_logger(__name__)

START = "UPDATE event_log_head SET epoch = epoch + 1 RETURNING epoch"
MARK_UNREAD = "INSERT INTO forgotten_events (position) VALUES (-$1::bigint) ON CONFLICT DO NOTHING"
TELL_UNDER = """
UPDATE outbox SET headers = headers || jsonb_build_object('ce_source', $2::text) WHERE headers->>'ce_source' = $1
"""
TELL_AGAIN = """
WITH first AS (SELECT min(position) AS position FROM event_log WHERE logged_at >= $1),
     again AS (UPDATE event_log SET headers = headers || jsonb_build_object('ce_source', $2::text)
               WHERE position >= (SELECT position FROM first))
UPDATE event_log_head SET published = least(published, first.position - 1) FROM first
"""
_KNOWN = text("SELECT coalesce(max(last), 0) FROM inbox WHERE key = :key AND source = :source")
_MOVE = [
    text(f"UPDATE {table} SET source = :new WHERE key = :key AND source = ANY(:sources)")  # noqa: S608  # our own names
    for table in ("parked", "parked_messages")
]

TakeIn = Callable[[Sequence[Message]], Awaitable[None]]


async def start_epoch(
    service: str, settings: ServiceSettings, since: datetime | None = None, *, rereads: bool = False
) -> str:
    """Let a service tell under a new source from its next start on; return that source.

    What waits in its outbox has no number yet and goes out under the new source too. So does what it told ``since``,
    where it ran in between: readers that knew those numbers already took none of it. Where it ``rereads`` compacted topics,
    they are unread from now on (``rereading``).

    Raises:
        RelayRunsError: the service runs.
    """
    connection = await open_connection(settings)
    try:
        await hold_relay(connection, service)
        async with connection.transaction():
            epoch: int = await connection.fetchval(START)
            await connection.execute(TELL_UNDER, source_of(service, epoch - 1), source_of(service, epoch))
            if rereads:
                await connection.execute(MARK_UNREAD, epoch)
            if since is not None:
                await connection.execute(TELL_AGAIN, since, source_of(service, epoch))
        return source_of(service, epoch)
    finally:
        await connection.close()


def earlier_sources(source: str) -> list[str]:
    """Return the sources of the epochs before that of a source."""
    return [source_of(owner_of(source), number) for number in range(1, epoch_of(source))]


class Epochs:
    """Brings a reader's memory from one epoch of an owner to the next."""

    def __init__(self, feeds: Feeds, units: UnitsOfWork, take_in: TakeIn) -> None:
        self._feeds = feeds
        self._units = units
        self._take_in = take_in

    async def enter(self, gap: GapError) -> bool:
        """Take up a source that is new to the key of a gap; return whether the gap came from that.

        Raises:
            FeedUnavailableError: the owner does not answer.
            StrangerError: it has told nothing of the key under that source.
        """
        source, key = gap.message.memory_key
        earlier = earlier_sources(source)
        if gap.last or not earlier:
            return False
        try:
            first = await self._feeds.first_number(owner_of(source), source, key)
        except NotToldError as error:
            raise StrangerError(str(error)) from error
        if first == 1:
            return False
        await self._take_before(key, owner_of(source), first)
        await self._remember((source, key), earlier, first - 1)
        log.warning("epoch_entered", source=source, key=key.decode(), after=first - 1)
        return True

    async def _take_before(self, key: bytes, owner: str, first: int) -> None:
        """Take what is lacking of the source whose events stand right before a number.

        Where that source is new as well, taking its first event enters it in the same way, and so takes those before it.
        """
        [newest] = await self._feeds.events_of_key(owner, key, first - 2, first - 1)
        source = newest.headers["ce_source"]
        begins = await self._feeds.first_number(owner, source, key)
        async with self._units.begin() as uow:
            known: int = (await uow.session.execute(_KNOWN, {"key": key, "source": source})).scalar_one()
        async for found in self._feeds.pages_of_key(owner, key, max(known, begins - 1), first - 1):
            await self._take_in([from_feed(message, events_topic(owner)) for message in found])

    async def _remember(self, pair: MemoryKey, earlier: list[str], last: int) -> None:
        """Begin the memory of the new source; what is parked waits under it from now on."""
        async with self._units.begin() as uow:
            memory = await lock_memory(uow.session, {pair})
            if memory[pair] < last:
                await save_memory(uow.session, {pair: last})
                await _move_parked(uow.session, pair, earlier)


async def _move_parked(session: AsyncSession, pair: MemoryKey, earlier: list[str]) -> None:
    source, key = pair
    for statement in _MOVE:
        await session.execute(statement, {"new": source, "key": key, "sources": earlier})
