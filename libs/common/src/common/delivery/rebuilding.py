"""Read models made anew from the owners' histories, beside live traffic.

In a schema of their own they are filled by the same reactions and the same memory as ever, read from the owners' feeds;
then they take the place of the old ones in one transaction. What happens meanwhile comes by the gap rule.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from common.database.engine import create_engine, create_sessions
from common.delivery.consuming import Consumer
from common.delivery.feed import PAGE, FeedKey
from common.delivery.feed_reading import Feeds, FeedUnavailableError
from common.delivery.folding import Folding, Piece
from common.delivery.hands import Fold, hands, lend_hand
from common.delivery.placing import SHADOW, finish_shadow, make_shadow, take_place
from common.delivery.unit_of_work import UnitsOfWork
from common.service import Service

HAND_COMMAND = "rebuild-hand"
CONNECTIONS = 4
PIECE_EVENTS = 2_000  # while it is told, its owner holds several times its size
PIECES_AT_ONCE = 2  # in one process: one is read or written while another is folded
PIECES_BETWEEN_COLLECTIONS = 16


class RebuildRunsError(Exception):
    """Another process rebuilds the same service."""


@dataclass(frozen=True)
class Rebuilt:
    """How many events were read again, how many rows each read model has now, and how long reading and placing took."""

    events: int
    rows: dict[str, int]
    folding_seconds: float
    placing_seconds: float


async def rebuild(service: Service, read_models: Sequence[str], owner_url: str, processes: int = 1) -> Rebuilt:
    """Make a service's read models anew from the first event of every owner it listens to.

    Messages that wait for an operator wait again; what an operator dropped is read again.

    Args:
        service: the service, which may be running elsewhere meanwhile.
        read_models: tables that hold nothing but what reactions wrote, and to which no other table refers.
        owner_url: of the same database, as the user that owns the tables.
        processes: how many take part, this one included.

    Raises:
        RebuildRunsError: another process is at it.
        FeedUnavailableError: an owner does not answer, or its address is not known; the old read models stay.
        HandFailedError: a process beside failed; the old read models stay.
        ReadersStayError: somebody reads the old read models and does not end; they stay.
    """
    _require_feeds(service)
    owner = create_async_engine(owner_url)
    try:
        async with owner.connect() as guard:
            await _take_lock(guard, service.name)
            async with owner.begin() as connection:
                await make_shadow(connection, read_models)
            began = monotonic()
            events = await _fill(service, owner_url, processes)
            filled = monotonic()
            rows = await finish_shadow(owner, read_models)
            await take_place(owner, read_models)
            placed = monotonic()
        await service.consumer.reconcile()
        return Rebuilt(events, rows, filled - began, placed - filled)
    finally:
        await owner.dispose()


async def lend_hand_to_rebuild(service: Service, owner_url: str) -> None:
    """Take in what a rebuild in another process hands over."""
    async with _workplace(service, owner_url) as (folding, _):
        await lend_hand(_collecting(folding.fold))


def _owners_of(service: Service) -> set[str]:
    return {line.kind.owner() for line in service.subscriptions}


def _require_feeds(service: Service) -> None:
    """Raise FeedUnavailableError unless every owner can be asked: its part would be gone from what is made anew."""
    unknown = sorted(_owners_of(service) - set(service.feeds.owners))
    if unknown:
        raise FeedUnavailableError(f"no address of the feed of {', '.join(unknown)}: set FEED_URLS")


async def _take_lock(guard: AsyncConnection, name: str) -> None:
    await guard.execution_options(isolation_level="AUTOCOMMIT")
    number = int.from_bytes(sha256(f"rebuild:{name}".encode()).digest()[:7], "big")
    if not await guard.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
        raise RebuildRunsError(f"another process rebuilds {name} now")


@asynccontextmanager
async def _workplace(service: Service, owner_url: str) -> AsyncGenerator[tuple[Folding, Consumer]]:
    """Open what fills the shadow: stories whole, and all else message by message."""
    engine = create_engine(owner_url, CONNECTIONS, search_path=f"{SHADOW},public")
    try:
        units = UnitsOfWork(service.name, create_sessions(engine), service.clock)
        consumer = service.make_consumer(service.feeds, units)
        yield Folding(service.subscriptions, service.feeds, units, consumer), consumer
    finally:
        await engine.dispose()


async def _fill(service: Service, owner_url: str, processes: int) -> int:
    """Let the reactions run over the histories until nearly nothing is left to read; return how many events ran."""
    owners = _owners_of(service)
    command = [sys.executable, "-m", service.name, HAND_COMMAND]
    async with _workplace(service, owner_url) as (folding, consumer):
        async with hands(processes - 1, command) as beside:
            folds = [_collecting(folding.fold), *(hand.fold for hand in beside)]
            events = await _share_out(_pieces(service.feeds, sorted(owners)), folds * PIECES_AT_ONCE)
        round_ = PAGE
        while round_ >= PAGE:  # under live traffic there is always some more: the gap rule brings it
            round_ = await consumer.reconcile()
            events += round_
        return events


async def _share_out(pieces: AsyncIterator[Piece], folds: Sequence[Fold]) -> int:
    """Hand each piece to the next one that is free; return how many events there were."""
    turn = asyncio.Lock()

    async def work(fold: Fold) -> int:
        events = 0
        while True:
            async with turn:
                piece = await anext(pieces, None)
            if piece is None:
                return events
            events += await fold(piece)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(fold)) for fold in folds]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return sum(task.result() for task in tasks)


async def _pieces(feeds: Feeds, owners: Sequence[str]) -> AsyncGenerator[Piece]:
    """Yield the owners' histories in pieces of whole keys, some thousand events each."""
    for owner in owners:
        first, last, events = "", FeedKey(key="", last=0), 0
        while page := await feeds.keys(owner, last.key or None):
            for last in page:  # the last one seen
                first, events = first or last.key, events + last.last
                if events >= PIECE_EVENTS:
                    yield Piece(owner, first, last.key, last.last)
                    first, events = "", 0
        if events:
            yield Piece(owner, first, last.key, last.last)


def _collecting(fold: Fold) -> Fold:
    """Return the same that looks for garbage now and again: the calmed collector would let it become large."""
    pieces = 0

    async def fold_and_collect(piece: Piece) -> int:
        nonlocal pieces
        pieces += 1
        if pieces % PIECES_BETWEEN_COLLECTIONS == 0:
            gc.collect()
        return await fold(piece)

    return fold_and_collect
