"""The data of one installation moved to another, by the commands that docs/operate/restore.md tells."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import asyncpg
import pytest

from common.delivery.relay import plain_dsn
from launcher.postgres import PostgresServer, programs

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
FILL = """
DELETE FROM event_log;
INSERT INTO event_log (position, key, key_sequence, event_id, headers, value)
SELECT number, 'a', number, gen_random_uuid(), '{}', '{}' FROM generate_series(1, 7) AS number
"""
DUMP = ("pg_dump", "--format=custom", "--no-owner", "--no-acl")
RESTORE = ("pg_restore", "--no-owner", "--no-acl", "--clean", "--if-exists", "--exit-on-error")


@pytest.fixture
def other_server(tmp_path: Path) -> Generator[PostgresServer]:
    server = PostgresServer()
    server.start(tmp_path / "other" / "data", durable=False)
    yield server
    server.stop()


def call(program: str, *words: str) -> None:
    done = subprocess.run([programs() / program, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def republish(url: str) -> str:
    command = [sys.executable, "-m", "registration", "republish"]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


async def count_rows(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(plain_dsn(url))
    try:
        names = [row["tablename"] for row in await connection.fetch(TABLES)]
        return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in names}  # noqa: S608
    finally:
        await connection.close()


async def test_a_database_moved_is_whole_and_its_log_goes_out_again_on_the_new_broker(
    service_database: Callable[[str], tuple[str, str]], other_server: PostgresServer, tmp_path: Path
) -> None:
    app_url, owner_url = service_database("registration")
    here = await asyncpg.connect(plain_dsn(app_url))
    await here.execute(FILL)
    await here.execute("UPDATE event_log_head SET position = 7, published = 7")
    await here.close()
    new = other_server.create_service_database("registration")
    dump = str(tmp_path / "registration.dump")

    call(*DUMP, "--file", dump, plain_dsn(owner_url))
    call(*RESTORE, "--dbname", plain_dsn(new.owner_url), dump)

    assert republish(new.app_url) == "registration: 7 events go out again at the next start\n"
    moved = await count_rows(new.app_url)
    assert moved == await count_rows(owner_url)
    assert moved["event_log"] == 7
    there = await asyncpg.connect(plain_dsn(new.app_url))
    assert tuple(await there.fetchrow("SELECT position, published FROM event_log_head") or ()) == (7, 0)
    await there.close()
