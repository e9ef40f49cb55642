"""A database of a round and its standby: what was committed is there after the server was killed for good."""

from tests.faults import standby
from tests.faults.database import Database

COMMITS = 50


async def test_the_promoted_standby_has_every_commit_and_takes_writes(database: Database):
    await database.execute("postgres", "CREATE TABLE kept (n int);")
    await database.start_standby()
    first, lost = database.server.port, standby.data_of(database.server)
    connection = await database.connect("postgres")
    for number in range(COMMITS):
        await connection.execute("INSERT INTO kept VALUES ($1)", number)
    await database.kill()
    connection.terminate()
    await database.promote_standby()
    assert database.server.port != first
    assert not lost.exists()
    await database.sql("postgres", "INSERT INTO kept VALUES ($1)", COMMITS)
    rows = await database.sql("postgres", "SELECT n FROM kept ORDER BY n")
    assert [row["n"] for row in rows] == list(range(COMMITS + 1))
    await database.kill()
    await database.start_again()
    assert len(await database.sql("postgres", "SELECT n FROM kept")) == COMMITS + 1
