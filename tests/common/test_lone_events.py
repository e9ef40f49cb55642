"""An event that comes alone: nothing is numbered behind it in vain, and what came meanwhile is seen with its mark."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from tests.common.relaying import tell
from tests.harness import Harness

from common.delivery import leading, numbering
from common.delivery.leading import Leader
from common.delivery.publishing import Sendable
from common.delivery.relay import open_connection

TOPIC = "ocop.registration.events"
HEAD = text("SELECT position, published FROM event_log_head")


async def nothing() -> None:
    """Happen while a message is on its way."""


class Broker:
    """Acknowledges what is sent once something else has happened."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]] = nothing) -> None:
        self.meanwhile = meanwhile
        self.sent: list[Sendable] = []

    async def send(self, messages: Sequence[Sendable]) -> None:
        self.sent += messages
        meanwhile, self.meanwhile = self.meanwhile, nothing
        await meanwhile()


@pytest.fixture
async def connection(owner: Harness) -> AsyncGenerator[asyncpg.Connection]:
    connection = await open_connection(owner.service.settings)
    yield connection
    await connection.close()


async def head(owner: Harness) -> tuple[int, int]:
    async with owner.unit_of_work() as uow:
        position, published = (await uow.session.execute(HEAD)).one()
        return position, published


async def test_what_is_told_meanwhile_elsewhere_is_seen_with_the_mark(
    owner: Harness, connection: asyncpg.Connection
) -> None:
    broker: Any = Broker(lambda: tell(owner, 2))
    leader = Leader(connection, broker, TOPIC, 100, owner.service.metrics)
    await tell(owner, 1)
    assert await leader.turn()  # there is more to do, and no look is needed to know it
    assert await head(owner) == (1, 1)
    assert not await leader.turn()
    assert await head(owner) == (2, 2)
    assert len(broker.sent) == 2


@pytest.mark.parametrize(("is_awake", "limit", "statements"), [(False, 100, 1), (True, 100, 2), (False, 1, 2)])
async def test_behind_a_lone_event_is_numbered_only_where_more_is_known_to_wait(
    owner: Harness,
    connection: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_awake: bool,
    limit: int,
    statements: int,
) -> None:
    asked: list[int] = []

    async def count(*arguments: Any) -> Any:
        asked.append(1)
        return await numbering.number_events(*arguments)

    monkeypatch.setattr(leading, "number_events", count)
    wake = asyncio.Event()
    if is_awake:
        wake.set()
    broker: Any = Broker()
    leader = Leader(connection, broker, TOPIC, limit, owner.service.metrics, wake=wake)
    await tell(owner, 1)
    assert not await leader.turn()
    assert (len(asked), await head(owner)) == (statements, (1, 1))
