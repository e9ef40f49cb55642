"""A database that cannot be used is said in one line with what to do: before the start, and all the time after it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs
from tests.brokers.kinds import Broker
from tests.common.conftest import make_tables
from tests.harness import Harness

from common.database.watch import explain
from common.delivery.relay import plain_dsn
from common.dependencies import is_dependency_down
from common.tokens import Role
from launcher.databases import ServiceDatabase
from launcher.ports import free_port
from launcher.postgres import PostgresServer


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Generator[PostgresServer]:
    """A server that these tests may stop."""
    server = PostgresServer()
    server.start(tmp_path_factory.mktemp("own-postgres") / "data", durable=False)
    yield server
    server.stop()


@pytest.fixture
async def database(own_postgres: PostgresServer) -> ServiceDatabase:
    found = own_postgres.create_service_database("reader_toy")
    await make_tables(found.owner_url)
    return found


def other(url: str, **parts: Any) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)


def start(url: str) -> dict[str, Any]:
    """Start registration on a database that it cannot use; return the one line that it says before it ends."""
    environment = {**os.environ, "DATABASE_URL": url, "HTTP_PORT": str(free_port())}
    command = [sys.executable, "-m", "registration"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (3, "")
    [line] = done.stdout.splitlines()
    return json.loads(line)


def test_at_the_start_a_database_that_nobody_started(database: ServiceDatabase):
    port = free_port()
    line = start(other(database.app_url, port=port))
    assert line["event"] == "database_unusable"
    assert line["what"].startswith(f"PostgreSQL at 127.0.0.1:{port} does not answer (ConnectionRefusedError): start it")


def test_at_the_start_a_wrong_password_which_is_never_shown(database: ServiceDatabase):
    line = start(other(database.app_url, password="not-this-one"))
    assert "refuses the user reader_toy: wrong password or user in DATABASE_URL" in line["what"]
    assert "not-this-one" not in json.dumps(line)


def test_at_the_start_a_database_that_is_not_there(database: ServiceDatabase):
    line = start(other(database.app_url, database="nowhere"))
    assert "has no database nowhere: make it, or mend DATABASE_URL" in line["what"]


def test_at_the_start_a_database_that_was_not_migrated(own_postgres: PostgresServer, repository_root: Path):
    versions = repository_root / "services/registration/migrations/versions"
    newest = max(path.name for path in versions.glob("0*.py"))[:4]
    line = start(own_postgres.create_service_database("registration").app_url)
    needs = f"is at revision none and the code needs {newest}: run `python -m registration migrate`"
    assert line["what"].endswith(needs)


async def test_a_database_ahead_of_the_code_is_well_since_migrations_come_first(make_toy: Any):
    owner: Harness = await make_toy("registration", "registration_toy")  # its tables say 9999
    assert await owner.service.database.look()


@asynccontextmanager
async def a_reader(make_toy: Any, database: ServiceDatabase, **settings: Any) -> AsyncGenerator[Harness]:
    harness: Harness = await make_toy("reader", "reader_toy", database_url=database.app_url, **settings)
    harness.service.broker.problem = ""
    harness.service.broker.is_usable = lambda: True  # no broker takes part here
    yield harness


async def readiness(harness: Harness) -> int:
    async with harness.client() as client:
        return (await client.get("/reader/health/ready")).status_code


async def test_later_a_database_that_stops_is_one_line_and_so_is_its_return(
    make_toy: Any, database: ServiceDatabase, own_postgres: PostgresServer
):
    async with a_reader(make_toy, database) as reader:
        assert await readiness(reader) == 200
        own_postgres.stop()
        with capture_logs() as logs:
            assert [await readiness(reader), await readiness(reader)] == [503, 503]
            own_postgres.launch(own_postgres.port)
            own_postgres.wait_ready()
            assert [await readiness(reader), await readiness(reader)] == [200, 200]
        assert [line["event"] for line in logs] == ["database_unusable", "database_usable"]
        assert "does not answer" in logs[0]["what"]


async def test_later_a_password_that_was_changed_is_said_and_callers_are_asked_to_come_again(
    make_toy: Any, database: ServiceDatabase, own_postgres: PostgresServer
):
    async with a_reader(make_toy, database) as reader, reader.client(Role.ORGANISER) as client:
        own_postgres.execute("postgres", "ALTER ROLE reader_toy PASSWORD 'another'")
        await reader.service.engine.dispose()
        with capture_logs() as logs:
            assert await readiness(reader) == 503
            answer = await client.post("/reader/things", json={"name": "a"})
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert "refuses the user reader_toy: wrong password" in logs[0]["what"]


async def test_the_relay_waits_for_a_password_to_be_mended_and_goes_on(
    make_toy: Any, database: ServiceDatabase, own_postgres: PostgresServer, broker: Broker
):
    async with a_reader(make_toy, database, kafka_bootstrap_servers=broker.bootstrap) as reader:
        own_postgres.execute("postgres", "ALTER ROLE reader_toy PASSWORD 'another'")
        relay = reader.service.relay
        running = asyncio.create_task(relay.run())
        async with asyncio.timeout(30):
            while relay.failures < 2 and not running.done():
                await asyncio.sleep(0.05)
            password = make_url(database.app_url).password
            own_postgres.execute("postgres", f"ALTER ROLE reader_toy PASSWORD '{password}'")
            while relay.failures and not running.done():
                await asyncio.sleep(0.05)
        assert not running.done()
        relay.stop()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_reader_waits_for_a_password_instead_of_taking_the_message_for_a_bad_one(
    database: ServiceDatabase, own_postgres: PostgresServer
):
    with pytest.raises(asyncpg.InvalidPasswordError) as refused:
        await asyncpg.connect(plain_dsn(other(database.app_url, password="wrong")))
    assert is_dependency_down(refused.value)


async def test_a_reader_waits_for_a_standby_to_be_promoted(database: ServiceDatabase):
    connection = await asyncpg.connect(
        plain_dsn(database.app_url), server_settings={"default_transaction_read_only": "on"}
    )
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError) as refused:
        await connection.execute("DELETE FROM outbox")
    await connection.close()
    assert is_dependency_down(refused.value)


def test_what_nobody_foresaw_is_told_in_one_line_too():
    error = OSError("two\nlines")
    assert len(explain(error, make_url("postgresql+asyncpg://u:secret@db/x")).splitlines()) == 1
