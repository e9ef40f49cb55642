"""The way before of rebuilding, for the bench alone: ``python -m tests.bench.by_position`` instead of ``reporting rebuild``.

One process reads the histories in the order of positions, locks and looks up its memory for each piece, changes each row
as often as it is told of, and copies all rows over in the end.
"""

import asyncio
import gc
from time import monotonic

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from tests.histories import from_history

from common.collector import calm_collector
from common.contracts.base import events_topic
from common.database.engine import create_engine, create_sessions
from common.delivery.consuming import Consumer
from common.delivery.messages import Message
from common.delivery.unit_of_work import UnitsOfWork
from common.service import Service
from reporting.app import build
from reporting.read_models import READ_MODELS
from reporting.settings import Settings

SHADOW = "rebuilt"
TABLES = (*READ_MODELS, "inbox", "parked", "parked_messages")
INDEXES_OF_READERS = text(
    "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
    " WHERE c.relnamespace = CAST(:schema AS regnamespace) AND NOT i.indisunique"
)
COLUMNS = text(
    "SELECT string_agg(format('%I', column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name = :table AND is_identity = 'NO'"
)


async def _make_shadow(connection: AsyncConnection) -> None:
    await connection.execute(text(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE"))
    await connection.execute(text(f"CREATE SCHEMA {SHADOW}"))
    for table in (*TABLES, "outbox"):
        await connection.execute(text(f"CREATE UNLOGGED TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)"))
    for index in (await connection.scalars(INDEXES_OF_READERS, {"schema": SHADOW})).all():
        await connection.execute(text(f"DROP INDEX {index}"))


async def _fold(owners: dict[str, httpx.AsyncClient], consumer: Consumer, owner: str) -> int:
    events = pieces = 0
    messages = await _read(owners[owner], owner, 0)
    while messages:
        events += len(messages)
        coming = asyncio.create_task(_read(owners[owner], owner, messages[-1].cause.sequence))
        await consumer.take_in(messages)
        messages = await coming
        pieces += 1
        if pieces % 10 == 0:
            gc.collect()
    return events


async def _read(client: httpx.AsyncClient, owner: str, after: int) -> list[Message]:
    answer = await client.get(f"/{owner}/events/history", params={"after": after})
    told = answer.raise_for_status().content
    return from_history(told, events_topic(owner)) if told else []


async def _take_place(connection: AsyncConnection) -> None:
    await connection.execute(text("LOCK TABLE public.inbox IN EXCLUSIVE MODE"))
    for table in TABLES:
        names = await connection.scalar(COLUMNS, {"table": table})
        await connection.execute(text(f"DELETE FROM public.{table}"))  # noqa: S608  # names of our own tables
        await connection.execute(
            text(f"INSERT INTO public.{table} ({names}) SELECT {names} FROM {SHADOW}.{table}")  # noqa: S608  # as above
        )
    await connection.execute(text(f"DROP SCHEMA {SHADOW} CASCADE"))


async def rebuild(service: Service, url: str) -> tuple[int, float, float]:
    """Return how many events were read, and how long reading and putting in place took."""
    owner, engine = create_async_engine(url), create_engine(url, 4, search_path=f"{SHADOW},public")
    async with owner.begin() as connection:
        await _make_shadow(connection)
    began = monotonic()
    units = UnitsOfWork(service.name, create_sessions(engine), service.clock)
    consumer = service.make_consumer(service.feeds, units)
    rights = {"Authorization": f"Bearer {service.settings.service_token.get_secret_value()}"}
    owners = {
        name: httpx.AsyncClient(base_url=service.settings.feed_urls[name], headers=rights, timeout=10)
        for name in {line.kind.owner() for line in service.subscriptions}
    }
    events = sum(await asyncio.gather(*(_fold(owners, consumer, each) for each in owners)))
    filled = monotonic()
    async with owner.begin() as connection:
        await _take_place(connection)
    placed = monotonic()
    for each in (owner, engine, service.engine):
        await each.dispose()
    for client in owners.values():
        await client.aclose()
    await service.feeds.close()
    return events, filled - began, placed - filled


def main() -> None:
    """Rebuild and say it as the command does."""
    settings = Settings.model_validate({})
    service: Service = build(settings).state.service
    calm_collector()
    url = (settings.migration_database_url or settings.database_url).get_secret_value()
    events, folding, placing = asyncio.run(rebuild(service, url))
    print(f"{events} events read in {folding:.1f} s, put in place in {placing:.1f} s")  # noqa: T201  # for the bench


if __name__ == "__main__":
    main()
