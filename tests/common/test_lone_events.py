"""An event that comes alone: nothing is numbered behind it in vain, and what came meanwhile is seen with its mark."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from tests.brokers.kinds import Broker as KafkaBroker
from tests.common.relaying import ends_of, make_relay, running, tell
from tests.harness import Harness

from common.delivery import leading, numbering, relay
from common.delivery.leading import Leader
from common.delivery.publishing import Sendable
from common.delivery.relay import SERVER, open_connection

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
    assert not await leader.turn()
    assert await leader.mark()  # there is more to do, and no look is needed to know it
    assert await head(owner) == (1, 1)
    assert not await leader.turn()
    assert not await leader.mark()
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
    assert (len(asked), await head(owner)) == (statements, (1, 0))


async def test_those_that_come_without_a_pause_are_marked_from_time_to_time(
    owner: Harness, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "UNMARKED", 3)
    broker: Any = Broker()
    door = owner.service.units.at_commit
    leader = Leader(connection, broker, TOPIC, 100, owner.service.metrics, at_commit=door)
    marks: list[int] = []
    assert not await leader.turn()
    for number in range(7):
        door.open(await connection.fetchval(SERVER))
        await tell(owner, number)
        await leader.turn()
        marks.append((await head(owner))[1])
    assert marks == [0, 0, 3, 3, 3, 6, 6]


async def test_nothing_that_is_marked_already_is_marked_again(
    owner: Harness, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "UNMARKED", 3)
    broker: Any = Broker()
    leader = Leader(connection, broker, TOPIC, 1, owner.service.metrics)
    await tell(owner, 1, 2, 3)
    while await leader.turn():  # the mark of the first goes with the number of the third, behind the second
        pass
    assert (await head(owner), leader.owes_mark) == ((3, 1), True)
    await leader.mark()
    assert (await head(owner), leader.owes_mark) == ((3, 3), False)
    monkeypatch.setattr(leading, "MARK", "SELECT 1/0")
    await leader.mark()


async def test_a_relay_that_is_told_to_stop_sets_the_mark_that_it_owes(
    relaying_owner: Harness, broker: KafkaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MOMENT_SECONDS", 60)
    made, since = make_relay(relaying_owner), await ends_of(broker, TOPIC)
    async with running(made):
        await tell(relaying_owner, 1)
        async with asyncio.timeout(30):
            while await ends_of(broker, TOPIC) == since:
                await asyncio.sleep(0.01)
        assert await head(relaying_owner) == (1, 0)
    assert await head(relaying_owner) == (1, 1)
