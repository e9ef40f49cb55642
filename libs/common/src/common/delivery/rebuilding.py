"""Read models made anew from the owners' histories, beside live traffic.

In a schema of their own they are filled by the same reactions and the same memory as ever, read from the owners' feeds;
then they take the place of the old ones in one transaction. What happens meanwhile comes by the gap rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from common.database.engine import create_engine, create_sessions
from common.delivery.feed import PAGE
from common.delivery.unit_of_work import UnitsOfWork
from common.service import Service

SHADOW = "rebuilt"
MEMORY = ("inbox", "parked", "parked_messages")
COLUMNS = text(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :table"
    " AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position"
)


class RebuildRunsError(Exception):
    """Another process rebuilds the same service."""


@dataclass(frozen=True)
class Rebuilt:
    """How many events were read again, and how many rows each read model has now."""

    events: int
    rows: dict[str, int]


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
            events = await _fill(service, owner_url)
            async with owner.begin() as connection:
                rows = await _take_place(connection, read_models)
        await service.consumer.reconcile()
        return Rebuilt(events, rows)
    finally:
        await owner.dispose()


async def _take_lock(guard: AsyncConnection, name: str) -> None:
    await guard.execution_options(isolation_level="AUTOCOMMIT")
    number = int.from_bytes(sha256(f"rebuild:{name}".encode()).digest()[:7], "big")
    if not await guard.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
        raise RebuildRunsError(f"another process rebuilds {name} now")


async def _make_shadow(connection: AsyncConnection, tables: Sequence[str]) -> None:
    await connection.execute(text(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE"))
    await connection.execute(text(f"CREATE SCHEMA {SHADOW}"))
    for table in tables:
        await connection.execute(text(f"CREATE TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)"))


async def _fill(service: Service, owner_url: str) -> int:
    """Let the reactions run over the histories until nearly nothing is left to read; return how many events ran."""
    engine = create_engine(owner_url, 2, search_path=f"{SHADOW},public")
    try:
        units = UnitsOfWork(service.name, create_sessions(engine), service.clock)
        consumer = service.make_consumer(service.feeds, units)
        events = round_ = await consumer.reconcile()
        while round_ >= PAGE:  # under live traffic there is always some more: the gap rule brings it
            round_ = await consumer.reconcile()
            events += round_
        return events
    finally:
        await engine.dispose()


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
