"""Real PostgreSQL for every test: one server a run, one database a service, emptied before each test."""

import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from joserfc.jwk import OKPKey
from tests.brokers.jars import KafkaMissingError
from tests.brokers.plugin import missing
from tests.brokers.postgres import Databases, PostgresContainer
from tests.harness import Harness, ending_idle
from tests.recalling import MakeRecalling, Recalling
from tests.small_disk import mount_disk, unmount_disk

from common.clock import FixedClock
from common.delivery.relay import plain_dsn
from common.tokens import new_private_key, public_keys
from launcher.postgres import PostgresServer

SERVICES = ("registration", "allocation", "notifications", "reporting")
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")  # no test hangs on how busy the machine is
START = datetime(2020, 6, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Generator[Databases]:
    folder = tmp_path_factory.mktemp("postgres")
    if pytestconfig.getoption("--kafka") == "container":
        container = PostgresContainer(folder)
        try:
            container.start()
        except KafkaMissingError as error:
            missing(pytestconfig, error)
        server: Databases = container
    else:
        server = embedded = PostgresServer()
        embedded.start(folder / "data", durable=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def signing_key() -> OKPKey:
    return new_private_key()


DatabaseUrls = tuple[str, str]


@pytest.fixture(scope="session")
def service_database(postgres: Databases) -> Callable[[str], DatabaseUrls]:
    """Return app and owner URL of a service's migrated database, made at its first use."""
    made: dict[str, DatabaseUrls] = {}

    def make(name: str) -> DatabaseUrls:
        if name not in made:
            database = postgres.create_service_database(name)
            environment = {**os.environ, "DATABASE_URL": database.app_url, "MIGRATION_DATABASE_URL": database.owner_url}
            subprocess.run([sys.executable, "-m", name, "migrate"], env=environment, check=True, capture_output=True)
            made[name] = database.app_url, database.owner_url
        return made[name]

    return make


EMPTY = """
DO $$
DECLARE name text; filled boolean; names text[] := '{}';
BEGIN
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> ALL (ARRAY['alembic_version', 'rule_packs']) LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
    IF filled THEN names := names || quote_ident(name); END IF;
  END LOOP;
  IF names <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' RESTART IDENTITY CASCADE'; END IF;
  IF to_regclass('rule_packs') IS NULL THEN
  ELSIF to_regclass('as_migrated.rule_packs') IS NULL THEN
    CREATE SCHEMA as_migrated;
    CREATE TABLE as_migrated.rule_packs AS TABLE rule_packs;
  ELSIF (SELECT md5(string_agg(one::text, '' ORDER BY pack, version)) FROM rule_packs one) IS DISTINCT FROM
      (SELECT md5(string_agg(one::text, '' ORDER BY pack, version)) FROM as_migrated.rule_packs one) THEN
    TRUNCATE rule_packs;
    INSERT INTO rule_packs SELECT * FROM as_migrated.rule_packs;
  END IF;
  INSERT INTO event_log_head (only_row, epoch, position, published) VALUES (true, 1, 0, 0);
END $$
"""


async def empty_tables(owner_url: str) -> None:
    """Empty every table that has rows; packs become again what migrations put there."""
    connection = await asyncpg.connect(plain_dsn(owner_url))
    await connection.execute(EMPTY)
    await connection.close()


@pytest.fixture(scope="session")
async def make_harness(
    service_database: Callable[[str], DatabaseUrls], signing_key: OKPKey
) -> AsyncGenerator[Callable[..., Any]]:
    """Return a maker of harnesses: ``async with make_harness("allocation", offer_hours=3) as harness``.

    An application is built once for the same settings; its tables are empty and its clock is set back each time.
    """
    built: dict[tuple[Any, ...], Harness] = {}
    running = AsyncExitStack()

    def build(name: str, app_url: str, settings: dict[str, Any]) -> Harness:
        values = {
            "database_url": app_url,
            "token_keys": public_keys(signing_key),
            "link_key": "a-key-for-tests",
            "public_url": "http://test",
            "consumer_attempts": 2,
            "dependency_wait_seconds": 5,
            **settings,
        }
        clock = FixedClock(START)
        kind = import_module(f"{name}.settings").Settings
        return Harness(name, import_module(f"{name}.app").build(kind.model_validate(values), clock), clock, signing_key)

    @asynccontextmanager
    async def make(name: str, **settings: Any) -> AsyncGenerator[Harness]:
        app_url, owner_url = service_database(name)
        await empty_tables(owner_url)
        key = (name, *sorted(settings.items()))
        if key not in built:
            built[key] = build(name, app_url, settings)
            await running.enter_async_context(ending_idle(built[key].service.processes))
        harness = built[key]
        harness.clock.set(START)
        yield Harness(name, harness.app, harness.clock, signing_key)

    yield make
    await running.aclose()
    for harness in built.values():
        await harness.service.engine.dispose()
        await harness.service.feeds.close()


@pytest.fixture
def recalling(service_database: Callable[[str], DatabaseUrls], tmp_path: Path) -> MakeRecalling:
    """Return a maker of what takes a service's database back in time."""
    return lambda harness: Recalling(harness, service_database(harness.name)[1], tmp_path)


@pytest.fixture
async def registration(make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness("registration") as harness:
        yield harness


@pytest.fixture
async def allocation(make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness("allocation") as harness:
        yield harness


@pytest.fixture
async def notifications(make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness("notifications") as harness:
        yield harness


@pytest.fixture
async def reporting(make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness("reporting") as harness:
        yield harness


@contextmanager
def disk_of(megabytes: int, folder: Path) -> Generator[Path]:
    """A file system of its own with so much space."""
    if reason := mount_disk(megabytes, folder):
        pytest.skip(reason)
    try:
        yield folder
    finally:
        unmount_disk(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    with disk_of(1, tmp_path / "small-disk") as folder:
        yield folder


@pytest.fixture
def repository_root() -> Path:
    return Path(__file__).parent.parent
