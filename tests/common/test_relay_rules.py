"""The rules that a relay stands on, each met by a broker that answers when the test says so."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiokafka.errors import KafkaError
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession
from tests.common.conftest import EffectRow
from tests.common.relaying import tell
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ContactRecorded, RegistrationOpened
from common.delivery.gathering import gather
from common.delivery.leading import Leader
from common.delivery.outbox import add_to_outbox
from common.delivery.publishing import Sendable
from common.delivery.relay import open_connection
from common.delivery.unit_of_work import UnitOfWork

TOPIC = "ocop.registration.events"
HEAD = text("SELECT position, published FROM event_log_head")


class SlowBroker:
    """Takes what a relay sends, and answers for it when it is let."""

    def __init__(self) -> None:
        self.sent: list[Sendable] = []
        self.came = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.refuses = False

    async def send(self, messages: Sequence[Sendable]) -> None:
        self.sent += messages
        self.came.set()
        await self.may_answer.wait()
        if self.refuses:
            raise KafkaError

    def ids(self) -> list[str]:
        return [dict(message.headers)["ce_id"].decode() for message in self.sent]


@pytest.fixture
def slow() -> SlowBroker:
    return SlowBroker()


@pytest.fixture
async def connection(owner: Harness) -> AsyncGenerator[asyncpg.Connection]:
    connection = await open_connection(owner.service.settings)
    yield connection
    await connection.close()


def make_leader(owner: Harness, connection: asyncpg.Connection, broker: Any, limit: int = 100) -> Leader:
    return Leader(connection, broker, TOPIC, limit, owner.service.metrics)


async def head(owner: Harness) -> tuple[int, int]:
    async with owner.unit_of_work() as uow:
        position, published = (await uow.session.execute(HEAD)).one()
        return position, published


async def until_numbered(owner: Harness, position: int) -> None:
    async with asyncio.timeout(10):
        while (await head(owner))[0] < position:
            await asyncio.sleep(0.01)


async def put_into_outbox(uow: UnitOfWork) -> None:
    """Draw the ids of what a unit of work tells, long before it commits."""
    await add_to_outbox(uow.session, uow.outgoing)
    uow.outgoing.clear()


async def until_somebody_waits(owner: Harness) -> None:
    query = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    async with asyncio.timeout(10):
        while True:
            async with owner.unit_of_work() as uow:
                if (await uow.session.execute(query)).all():
                    return
            await asyncio.sleep(0.01)


async def test_a_message_that_commits_after_a_later_one_is_not_passed_over(
    owner: Harness, connection: asyncpg.Connection, slow: SlowBroker
) -> None:
    slow.may_answer.set()
    leader = make_leader(owner, connection, slow)
    async with owner.unit_of_work() as early:
        early.session.add(EffectRow(what="early", event_id=UUID(int=1), subject="early"))
        first = early.emit(RegistrationOpened(edition_id=UUID(int=1)))
        second = early.emit(sample(ContactRecorded))
        await put_into_outbox(early)
        await tell(owner, 2)
        while await leader.turn():
            pass
        assert len(slow.sent) == 1
    while await leader.turn():
        pass
    assert set(slow.ids()[1:]) == {str(first), str(second)}
    assert await owner.outbox() == []


async def test_the_mark_waits_for_the_broker_while_the_next_events_are_numbered(
    owner: Harness, connection: asyncpg.Connection, slow: SlowBroker
) -> None:
    await tell(owner, *range(1, 6))
    turn = asyncio.create_task(make_leader(owner, connection, slow, limit=2).turn())
    await until_numbered(owner, 4)  # two are on their way, the next two are numbered behind them
    assert await head(owner) == (4, 0)
    slow.refuses = True
    slow.may_answer.set()
    with pytest.raises(KafkaError):
        await turn
    assert await head(owner) == (4, 0)
    slow.refuses = False
    again = make_leader(owner, connection, slow, limit=2)
    while await again.turn() or await again.mark():
        pass
    assert await head(owner) == (5, 5)
    assert slow.ids()[:2] == slow.ids()[2:4]


async def test_a_message_of_another_topic_stays_until_the_broker_has_answered(
    owner: Harness, connection: asyncpg.Connection, slow: SlowBroker
) -> None:
    async with owner.unit_of_work() as uow:
        uow.emit(sample(ContactRecorded))
    turn = asyncio.create_task(make_leader(owner, connection, slow).turn())
    await slow.came.wait()
    assert len(await owner.outbox()) == 1
    slow.refuses = True
    slow.may_answer.set()
    with pytest.raises(KafkaError):
        await turn
    assert len(await owner.outbox()) == 1


async def test_what_commits_while_contacts_are_on_their_way_is_not_deleted_with_them(
    owner: Harness, connection: asyncpg.Connection, slow: SlowBroker
) -> None:
    leader = make_leader(owner, connection, slow)
    async with owner.unit_of_work() as early:
        first = early.emit(sample(ContactRecorded))
        await put_into_outbox(early)
        async with owner.unit_of_work() as later:
            later.emit(sample(ContactRecorded))
        turn = asyncio.create_task(leader.turn())
        await slow.came.wait()
    slow.may_answer.set()
    await turn
    assert [row.event_id for row in await owner.outbox()] == [first]
    while await leader.turn():
        pass
    assert slow.ids()[1:] == [str(first)]


async def change_row(session: AsyncSession) -> None:
    row = await session.get_one(EffectRow, 1)
    row.what = "second"


async def gather_row(session: AsyncSession) -> None:
    gather(session, EffectRow, {"id": 1}, {"what": "second", "event_id": UUID(int=1), "subject": ""})


@pytest.mark.parametrize("change", [change_row, gather_row])
async def test_events_of_two_units_that_change_one_row_are_numbered_as_they_changed_it(
    change: Callable[[AsyncSession], Awaitable[None]],
    owner: Harness,
    connection: asyncpg.Connection,
    slow: SlowBroker,
) -> None:
    async with owner.unit_of_work() as uow:
        uow.session.add(EffectRow(id=1, what="", event_id=UUID(int=1), subject=""))
    waiting = asyncio.Event()

    async def change_later() -> UUID:
        async with owner.unit_of_work() as uow:
            await change(uow.session)  # written when the unit of work ends, and then it has to wait
            told = uow.emit(RegistrationOpened(edition_id=UUID(int=1)))
            waiting.set()
        return told

    async with owner.unit_of_work() as uow:
        await uow.session.execute(update(EffectRow).values(what="first"))
        second = asyncio.create_task(change_later())
        await waiting.wait()
        await until_somebody_waits(owner)
        first = uow.emit(RegistrationOpened(edition_id=UUID(int=1)))
    ids = [str(first), str(await second)]
    slow.may_answer.set()
    leader = make_leader(owner, connection, slow)
    while await leader.turn():
        pass
    assert slow.ids() == ids


async def test_a_backlog_that_was_told_elsewhere_goes_out_once(
    owner: Harness, connection: asyncpg.Connection, slow: SlowBroker
) -> None:
    slow.may_answer.set()
    leader = make_leader(owner, connection, slow, limit=3)
    assert not await leader.turn()
    await tell(owner, *range(9))
    while await leader.has_work():  # nobody wakes it: it looks before each turn
        await leader.turn()
    await leader.mark()
    assert (len(slow.sent), await head(owner)) == (9, (9, 9))
