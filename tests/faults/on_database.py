"""Faults that are done to the database server: killed, no disk, no connections, no writes, deadlocks, a standby promoted."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress

from tests.faults.messages import TABLES
from tests.faults.quiet import LOST_DATABASE, wait_until_unready
from tests.faults.schedule import SERVICES, Fault
from tests.faults.stage import Stage

END_SESSIONS = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE usename = $1"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = $1"
DEADLOCK_SECONDS = 30.0


async def end_connections(stage: Stage, fault: Fault) -> bool:
    with suppress(*LOST_DATABASE):
        return bool((await stage.sql("postgres", END_SESSIONS, fault.target))[0]["n"])
    return False


async def no_connections(stage: Stage, fault: Fault) -> bool:
    """The database takes no more connections of a service's user, and ends those that it had."""
    limit = "ALTER ROLE {} CONNECTION LIMIT {};"
    await stage.database.execute("postgres", limit.format(fault.target, 0))
    try:
        ended = await end_connections(stage, fault)
        await asyncio.sleep(fault.seconds)
    finally:
        await stage.database.execute("postgres", limit.format(fault.target, -1))
    return ended


async def read_only(stage: Stage, fault: Fault) -> bool:
    """A service's database takes no writes for a while, as a standby does before it is promoted."""
    change = "ALTER DATABASE {} SET default_transaction_read_only = {};"
    await stage.database.execute("postgres", change.format(fault.target, "on"))
    try:
        ended = await end_connections(stage, fault)
        await asyncio.sleep(fault.seconds)
    finally:
        await stage.database.execute("postgres", change.format(fault.target, "off"))
        await end_connections(stage, fault)
    return ended


async def long_snapshot(stage: Stage, fault: Fault) -> bool:
    """Somebody reads in one long transaction in every database."""
    async with AsyncExitStack() as stack:
        for service in SERVICES:
            connection = await stage.database.connect(service)
            stack.push_async_callback(connection.close)
            await stack.enter_async_context(connection.transaction(isolation="repeatable_read"))
            await connection.fetch("SELECT count(*) FROM event_log")
        await asyncio.sleep(fault.seconds)
    return True


async def deadlock(stage: Stage, fault: Fault) -> bool:
    """Somebody locks what a reader changes, and then what it has locked; the reader's transaction is the one that is ended.

    A reader locks its memory first and changes its tables then. Here it is the other way round, and PostgreSQL ends
    whoever first looks for a circle: that is the reader, after its second.
    """
    before = await _count_deadlocks(stage, fault.target)
    connection = await stage.database.connect(fault.target)
    try:
        await connection.execute("SET deadlock_timeout = '50s'")
        until = time.monotonic() + DEADLOCK_SECONDS
        while await _count_deadlocks(stage, fault.target) == before:
            if time.monotonic() > until:
                return False
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {TABLES[fault.target]} IN SHARE MODE")
                await asyncio.sleep(1)  # a reader takes its memory and waits for the table
                await connection.execute("LOCK TABLE inbox IN EXCLUSIVE MODE")
            await asyncio.sleep(0.5)  # what a session counted it tells a moment later
        return True
    finally:
        await connection.close()


async def _count_deadlocks(stage: Stage, service: str) -> int:
    return int((await stage.sql(service, DEADLOCKS, service))[0]["deadlocks"])


async def kill_database(stage: Stage, fault: Fault) -> bool:
    await stage.database.kill()
    await asyncio.sleep(fault.seconds)
    await stage.database.start_again()
    return True


async def promote(stage: Stage, fault: Fault) -> bool:
    """The server is killed for good, and its standby, which had every commit, is promoted and takes its place."""
    await stage.database.start_standby()
    await asyncio.sleep(fault.seconds)
    await stage.database.kill()
    await stage.database.promote_standby()
    stage.lines["database"].target = stage.database.server.port
    return True


async def disk_full(stage: Stage, fault: Fault) -> bool:
    """The database's disk has no space left for a while; a server that ends itself over that is started again."""
    if stage.database.no_disk:
        stage.history.note("not_possible", fault=fault.name, why=stage.database.no_disk)
        return False
    await stage.database.fill()
    try:
        refused = await wait_until_unready(stage)
        await asyncio.sleep(fault.seconds)
    finally:
        await stage.database.free()
    return refused
