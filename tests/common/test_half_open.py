"""A line to the database that went half open: one statement waits for its answer in vain, and no other after it."""

from collections.abc import AsyncGenerator, Callable

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.faults.tcp_proxy import FaultProxy

from common.database.engine import create_engine
from common.dependencies import is_dependency_down

CONNECTIONS = 3
WAIT_SECONDS = 1.0


@pytest.fixture
async def line(service_database: Callable[[str], tuple[str, str]]) -> AsyncGenerator[FaultProxy]:
    line = FaultProxy("database", make_url(service_database("allocation")[0]).port or 5432)
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def engine(line: FaultProxy, service_database: Callable[[str], tuple[str, str]]) -> AsyncGenerator[AsyncEngine]:
    """Return an engine that keeps three connections through the line."""
    url = make_url(service_database("allocation")[0]).set(host="127.0.0.1", port=line.port)
    made = create_engine(url.render_as_string(hide_password=False), CONNECTIONS, statement_seconds=WAIT_SECONDS)
    opened = [await made.connect() for _ in range(CONNECTIONS)]
    for connection in opened:
        await connection.close()
    yield made
    await made.dispose()


async def ask(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(text("SELECT 1"))).scalar_one()


async def test_one_statement_without_an_answer_renews_every_connection(line: FaultProxy, engine: AsyncEngine):
    line.half_open()
    with pytest.raises(TimeoutError) as told:
        await ask(engine)
    assert is_dependency_down(told.value)  # a reader repeats the batch
    assert [await ask(engine) for _ in range(CONNECTIONS)] == [1] * CONNECTIONS
