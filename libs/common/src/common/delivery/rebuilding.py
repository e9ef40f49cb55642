"""Read models made anew from the owners' histories, beside live traffic.

In a schema of their own they are filled by the same reactions and the same memory as ever, read from the owners' feeds;
then they take the place of the old ones in one transaction. What happens meanwhile comes by the gap rule.
"""

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from common.contracts.base import events_topic
from common.database.engine import create_engine, create_sessions
from common.delivery.consuming import Consumer
from common.delivery.feed import PAGE, Feeds
from common.delivery.messages import Message, from_history
from common.delivery.unit_of_work import UnitsOfWork
from common.service import Service

SHADOW = "rebuilt"
MEMORY = ("inbox", "parked", "parked_messages")
CONNECTIONS = 4
PIECES_BETWEEN_COLLECTIONS = 10
INDEXES_OF_READERS = text(
    "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
    " WHERE c.relnamespace = CAST(:schema AS regnamespace) AND NOT i.indisunique"
)
COLUMNS = text(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :table"
    " AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position"
)


class RebuildRunsError(Exception):
    """Another process rebuilds the same service."""


@dataclass(frozen=True)
class Rebuilt:
    """How many events were read again, how many rows each read model has now, and how long reading and placing took."""

    events: int
    rows: dict[str, int]
    folding_seconds: float
    placing_seconds: float


async def rebuild(service: Service, read_models: Sequence[str], owner_url: str) -> Rebuilt:
    """Make a service's read models anew from the first event of every owner it listens to.

    Messages that wait for an operator wait again; what an operator dropped is read again.

    Args:
        service: the service, which may be running elsewhere meanwhile.
        read_models: tables that hold nothing but what reactions wrote.
        owner_url: of the same database, as the user that owns the tables.

    Raises:
        RebuildRunsError: another process is at it.
        FeedUnavailableError: an owner does not answer; the old read models stay.
    """
    owner = create_async_engine(owner_url)
    try:
        async with owner.connect() as guard:
            await _take_lock(guard, service.name)
            async with owner.begin() as connection:
                await _make_shadow(connection, [*read_models, *MEMORY, "outbox"])
            began = monotonic()
            events = await _fill(service, owner_url)
            filled = monotonic()
            async with owner.begin() as connection:
                rows = await _take_place(connection, read_models)
            placed = monotonic()
        await service.consumer.reconcile()
        return Rebuilt(events, rows, filled - began, placed - filled)
    finally:
        await owner.dispose()


async def _take_lock(guard: AsyncConnection, name: str) -> None:
    await guard.execution_options(isolation_level="AUTOCOMMIT")
    number = int.from_bytes(sha256(f"rebuild:{name}".encode()).digest()[:7], "big")
    if not await guard.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
        raise RebuildRunsError(f"another process rebuilds {name} now")


async def _make_shadow(connection: AsyncConnection, tables: Sequence[str]) -> None:
    """Make the tables empty; without what only readers need, and not kept through a crash, after which all begins anew."""
    await connection.execute(text(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE"))
    await connection.execute(text(f"CREATE SCHEMA {SHADOW}"))
    for table in tables:
        await connection.execute(text(f"CREATE UNLOGGED TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)"))
    for index in (await connection.scalars(INDEXES_OF_READERS, {"schema": SHADOW})).all():
        await connection.execute(text(f"DROP INDEX {index}"))


async def _fill(service: Service, owner_url: str) -> int:
    """Let the reactions run over the histories until nearly nothing is left to read; return how many events ran."""
    engine = create_engine(owner_url, CONNECTIONS, search_path=f"{SHADOW},public")
    try:
        units = UnitsOfWork(service.name, create_sessions(engine), service.clock)
        consumer = service.make_consumer(service.feeds, units)
        owners = {line.kind.owner() for line in service.subscriptions} & set(service.feeds.owners)
        async with asyncio.TaskGroup() as group:
            folds = [group.create_task(_fold(service.feeds, consumer, owner)) for owner in sorted(owners)]
        events = sum(fold.result() for fold in folds)
        round_ = PAGE
        while round_ >= PAGE:  # under live traffic there is always some more: the gap rule brings it
            round_ = await consumer.reconcile()
            events += round_
        return events
    finally:
        await engine.dispose()


async def _fold(feeds: Feeds, consumer: Consumer, owner: str) -> int:
    """Take in an owner's history, the next piece read while one is folded; return how many events there were."""
    events = pieces = 0
    messages = await _read(feeds, owner, 0)
    while messages:
        events += len(messages)
        coming = asyncio.create_task(_read(feeds, owner, messages[-1].cause.sequence))
        try:
            await consumer.take_in(messages)
        except BaseException:
            coming.cancel()
            raise
        messages = await coming
        pieces += 1
        if pieces % PIECES_BETWEEN_COLLECTIONS == 0:
            gc.collect()  # the calmed collector would let the leavings of transactions become hundreds of megabytes
    return events


async def _read(feeds: Feeds, owner: str, after: int) -> list[Message]:
    told = await feeds.history(owner, after)
    return from_history(told, events_topic(owner)) if told else []


async def _take_place(connection: AsyncConnection, read_models: Sequence[str]) -> dict[str, int]:
    """Put the new rows in place of the old; consumers wait at the memory's lock, readers see the one or the other."""
    await connection.execute(text("LOCK TABLE public.inbox IN EXCLUSIVE MODE"))
    rows: dict[str, int] = {}
    for table in (*read_models, *MEMORY):
        names = ", ".join(f'"{name}"' for name in await connection.scalars(COLUMNS, {"table": table}))
        await connection.execute(text(f"DELETE FROM public.{table}"))  # noqa: S608  # names of our own tables
        taken = await connection.execute(
            text(f"INSERT INTO public.{table} ({names}) SELECT {names} FROM {SHADOW}.{table}")  # noqa: S608  # as above
        )
        rows[table] = taken.rowcount
    await connection.execute(text(f"DROP SCHEMA {SHADOW} CASCADE"))
    return {table: rows[table] for table in read_models}
