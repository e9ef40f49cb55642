"""Has every service publish its whole log again, for a broker that came back empty, while the services run.

The launcher sets the marks back before it starts the services. Here they run, and a relay that leads knows its mark by heart:
it would go on from there and set the mark forward again. So its connection is ended and its lock taken while the mark is
set; whoever leads next reads the log from the beginning, and readers drop what they know.
"""

import asyncio
from contextlib import suppress

import asyncpg
from tests.faults.database import Database
from tests.faults.quiet import LOST_DATABASE
from tests.faults.schedule import SERVICES
from tests.faults.stage import Stage

from common.delivery.relay import relay_lock

LOCK_SECONDS = 20.0
DATABASE_SECONDS = 60.0
TAKE = "SELECT pg_try_advisory_lock($1)"
GIVE = "SELECT pg_advisory_unlock($1)"
END_LEADER = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = $1 AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
AGAIN = "UPDATE event_log_head SET published = 0 RETURNING position"


async def refill(stage: Stage) -> None:
    """Set every mark back to the beginning; raises TimeoutError where a leader does not give way."""
    events = await asyncio.gather(*(refill_log(stage.database, service) for service in SERVICES))
    stage.history.note("refilled", events=dict(zip(SERVICES, events, strict=True)))


async def refill_log(database: Database, service: str) -> int:
    """Set one mark back, as soon as there is a database: it may have been killed together with the broker."""
    async with asyncio.timeout(DATABASE_SECONDS):
        while True:
            with suppress(*LOST_DATABASE):
                connection = await database.connect(service)
                try:
                    return await publish_again(connection, relay_lock(service))
                finally:
                    await connection.close()
            await asyncio.sleep(0.2)


async def publish_again(connection: asyncpg.Connection, lock: int) -> int:
    """Set the mark of one log back, whoever leads; return how many events go out again."""
    async with asyncio.timeout(LOCK_SECONDS):
        while not await connection.fetchval(TAKE, lock):
            await connection.execute(END_LEADER, lock)
            await asyncio.sleep(0.05)
    events: int = await connection.fetchval(AGAIN)
    await connection.execute(GIVE, lock)
    return events
