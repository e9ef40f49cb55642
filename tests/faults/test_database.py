"""What a round does to its database and with it: it is there again after a kill, and nobody gives up meanwhile."""

import asyncio

from tests.faults.database import Database
from tests.faults.refilling import refill_log


async def test_a_log_is_filled_again_though_the_database_was_killed_together_with_the_broker(database: Database):
    await database.execute("postgres", "CREATE TABLE event_log_head (position bigint, published bigint);")
    await database.execute("postgres", "INSERT INTO event_log_head VALUES (5, 5);")
    await database.kill()
    filling = asyncio.create_task(refill_log(database, "postgres"))
    await asyncio.sleep(0)  # it tries, and nobody is there
    await database.start_again()
    assert await filling == 5
    assert [row["published"] for row in await database.sql("postgres", "SELECT published FROM event_log_head")] == [0]
