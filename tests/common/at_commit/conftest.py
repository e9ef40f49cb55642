"""The door of a service's units of work, open, and a leader that is stepped by hand."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
from tests.common.at_commit.steps import at_rest
from tests.common.test_lone_events import Broker as AnsweringBroker
from tests.harness import Harness

from common.delivery.at_commit import AtCommit
from common.delivery.leading import Leader
from common.delivery.relay import SERVER, open_connection


@pytest.fixture
async def connection(owner: Harness) -> AsyncGenerator[asyncpg.Connection]:
    connection = await open_connection(owner.service.settings)
    yield connection
    await connection.close()


@pytest.fixture
async def door(owner: Harness, connection: asyncpg.Connection) -> AtCommit:
    """The door of the service's units of work, open."""
    opened = owner.service.units.at_commit
    opened.open(await connection.fetchval(SERVER))
    return opened


@pytest.fixture
def sink() -> AnsweringBroker:
    return AnsweringBroker()


@pytest.fixture
async def leader(owner: Harness, connection: asyncpg.Connection, sink: Any, door: AtCommit) -> Leader:
    return await at_rest(owner, connection, sink, door)
