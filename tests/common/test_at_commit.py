"""An event told while the relay rests gets its number in the transaction that tells it, and goes out as any other."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from tests.brokers.kinds import Broker
from tests.common.relaying import ends_of, header, make_relay, read_topic, running, tell, wait_until_published
from tests.common.test_going_back import forget_the_last
from tests.common.test_lone_events import Broker as AnsweringBroker
from tests.common.test_lone_events import head
from tests.common.test_relay_rules import put_into_outbox, until_somebody_waits
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ContactRecorded, RegistrationOpened
from common.delivery import at_commit, leading
from common.delivery.at_commit import FEW, AtCommit
from common.delivery.failpoints import FailpointError, arm
from common.delivery.leading import Leader
from common.delivery.numbering import number_events
from common.delivery.relay import SERVER, open_connection
from common.delivery.unit_of_work import UnitOfWork

TOPIC = "ocop.registration.events"


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


async def at_rest(owner: Harness, connection: asyncpg.Connection, sink: Any, door: AtCommit) -> Leader:
    """Return a leader that has found out what it must, and the door open as a relay at rest leaves it."""
    leader = Leader(connection, sink, TOPIC, 100, owner.service.metrics, at_commit=door)
    assert not await leader.turn()
    door.open(await connection.fetchval(SERVER))
    return leader


@pytest.fixture
async def leader(owner: Harness, connection: asyncpg.Connection, sink: Any, door: AtCommit) -> Leader:
    return await at_rest(owner, connection, sink, door)


def sequences(sink: AnsweringBroker) -> list[int]:
    return [int(dict(message.headers)["ce_sequence"]) for message in sink.sent]


def editions(sink: AnsweringBroker) -> list[int]:
    return [UUID(message.key.decode()).int for message in sink.sent]


async def test_it_is_numbered_with_its_commit_and_the_relay_asks_for_no_number(
    owner: Harness, leader: Leader, sink: AnsweringBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "number_events", None)
    await tell(owner, 1)
    assert await head(owner) == (1, 0)
    assert await owner.outbox() == []
    assert not await leader.turn()
    assert await head(owner) == (1, 1)
    assert sequences(sink) == [1]


async def test_while_the_door_is_shut_it_stays_in_the_outbox(owner: Harness, door: AtCommit) -> None:
    door.shut()
    await tell(owner, 1)
    assert await head(owner) == (0, 0)
    assert len(await owner.outbox()) == 1


async def test_a_unit_of_work_that_tells_much_leaves_it_to_the_relay(owner: Harness, door: AtCommit) -> None:
    del door
    await tell(owner, *range(FEW + 1))
    assert await head(owner) == (0, 0)


async def test_who_comes_while_another_one_numbers_does_not_wait(
    owner: Harness, connection: asyncpg.Connection, door: AtCommit
) -> None:
    async with door.alone():
        door.open(await connection.fetchval(SERVER))
        async with asyncio.timeout(5):
            await tell(owner, 1)
    assert await head(owner) == (0, 0)


async def test_what_was_left_in_the_outbox_is_numbered_first(
    owner: Harness, connection: asyncpg.Connection, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    door.shut()
    await tell(owner, 7)
    door.open(await connection.fetchval(SERVER))
    await tell(owner, 8)
    while await leader.turn():
        pass
    assert (editions(sink), sequences(sink)) == ([7, 8], [1, 2])


async def test_what_was_not_handed_over_is_found_in_the_log_by_a_relay_at_rest(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    await tell(owner, 7)
    door.take()  # as if whoever told it was cancelled behind its commit
    assert await leader.has_work()
    while await leader.turn():
        pass
    assert (editions(sink), await head(owner)) == ([7], (1, 1))
    assert not await leader.has_work()


async def test_what_was_not_handed_over_goes_out_before_what_was(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    await tell(owner, 7)
    door.take()
    await tell(owner, 8)
    while await leader.turn():
        pass
    assert (editions(sink), sequences(sink)) == ([7, 8], [1, 2])


async def test_while_the_relay_waits_for_its_broker_few_are_handed_over_and_the_others_wait_in_the_outbox(
    owner: Harness, leader: Leader, sink: AnsweringBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_commit, "HANDED", 2)
    for number in range(5):
        await tell(owner, number)
    assert (await head(owner), len(await owner.outbox())) == ((2, 0), 3)
    while await leader.turn():
        pass
    assert (editions(sink), sequences(sink)) == (list(range(5)), list(range(1, 6)))


async def test_lone_events_without_end_keep_no_contact_back(
    owner: Harness, leader: Leader, sink: AnsweringBroker
) -> None:
    async with owner.unit_of_work() as uow:
        uow.emit(sample(ContactRecorded))
    for number in range(4):
        await tell(owner, number)
        await leader.turn()
    assert ContactRecorded.topic() in {message.topic for message in sink.sent}


async def test_lone_events_without_end_are_not_gathered_behind_a_relay_that_reads_the_log(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    await tell(owner, 0)
    door.take()
    assert await leader.has_work()
    for number in range(1, 5):
        await tell(owner, number)
        await leader.turn()
    assert door.take() == []
    while await leader.turn():
        pass
    assert (editions(sink), sequences(sink)) == (list(range(5)), list(range(1, 6)))


async def test_what_is_handed_over_while_others_are_on_their_way_is_sent_next(
    owner: Harness, connection: asyncpg.Connection, door: AtCommit
) -> None:
    broker: Any = AnsweringBroker(lambda: tell(owner, 8))
    leader = await at_rest(owner, connection, broker, door)
    await tell(owner, 7)
    await leader.turn()
    await leader.turn()
    assert (editions(broker), await head(owner)) == ([7, 8], (2, 2))


async def test_at_a_server_that_started_at_another_time_nothing_is_numbered(owner: Harness, door: AtCommit) -> None:
    door.open(datetime(2020, 1, 1, tzinfo=UTC))  # it may be a restored one, whose log is not whole
    await tell(owner, 1)
    assert await head(owner) == (0, 0)
    assert len(await owner.outbox()) == 1


async def test_in_another_epoch_than_that_of_its_process_nothing_is_numbered(owner: Harness, door: AtCommit) -> None:
    del door
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE event_log_head SET epoch = 2"))
    await tell(owner, 1)
    assert await head(owner) == (0, 0)


async def test_where_the_commit_fails_nothing_is_numbered_and_the_next_one_may(owner: Harness, door: AtCommit) -> None:
    async def fail_to_commit(uow: UnitOfWork) -> None:
        assert await uow.session.scalar(text("SELECT position FROM event_log_head")) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await number_and(owner, door, fail_to_commit)
    assert (await head(owner), door.take()) == ((0, 0), [])
    await tell(owner, 1)
    assert await head(owner) == (1, 0)


async def test_while_another_relay_numbers_a_unit_of_work_waits_for_nothing(
    owner: Harness, connection: asyncpg.Connection, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    server = await connection.fetchval(SERVER)
    door.shut()
    await tell(owner, 7)
    other = await open_connection(owner.service.settings)
    transaction = other.transaction()
    await transaction.start()
    await number_events(other, TOPIC, 100)
    door.open(server)
    async with asyncio.timeout(5):
        await tell(owner, 8)
    await transaction.commit()
    await other.close()
    assert (await head(owner), len(await owner.outbox())) == ((1, 0), 1)
    while await leader.turn():
        pass
    assert (editions(sink), sequences(sink)) == ([7, 8], [1, 2])


async def test_who_numbers_takes_the_head_before_anything_else(owner: Harness, connection: asyncpg.Connection) -> None:
    await tell(owner, 7)
    numbering_one = await open_connection(owner.service.settings)
    async with connection.transaction():
        await connection.execute("SELECT FROM event_log_head FOR UPDATE")
        numbering = asyncio.create_task(number_events(numbering_one, TOPIC, 100))
        await until_somebody_waits(owner)
        await connection.execute("SELECT FROM outbox FOR UPDATE NOWAIT")
    assert len((await numbering).events) == 1
    await numbering_one.close()


async def number_and(owner: Harness, door: AtCommit, happen: Callable[[UnitOfWork], Awaitable[None]]) -> None:
    """Tell of an edition, where something happens between the numbering and the commit."""
    async with owner.unit_of_work() as uow:
        uow.emit(RegistrationOpened(edition_id=UUID(int=7)))
        outgoing = list(uow.outgoing)
        await put_into_outbox(uow)
        async with door.numbering(uow.session, outgoing):
            await happen(uow)


async def test_a_commit_without_answer_that_is_stored_all_the_same_goes_out(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    async def commit_and_lose_the_answer(uow: UnitOfWork) -> None:
        await uow.session.commit()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await number_and(owner, door, commit_and_lose_the_answer)
    while await leader.turn():
        pass
    assert (editions(sink), sequences(sink)) == ([7], [1])


async def test_what_commits_after_the_term_in_which_it_was_numbered_is_not_handed_over(
    owner: Harness, door: AtCommit
) -> None:
    async def begin_term(_: UnitOfWork) -> None:
        door.begin_term()

    await number_and(owner, door, begin_term)
    assert (door.take(), await head(owner)) == ([], (1, 0))


async def test_what_was_handed_over_in_a_term_is_gone_with_it(owner: Harness, door: AtCommit) -> None:
    await tell(owner, 7)
    door.begin_term()
    assert (door.take(), await head(owner)) == ([], (1, 0))


async def test_a_relay_that_begins_to_lead_sends_nothing_that_its_log_has_not(
    relaying_owner: Harness, broker: Broker
) -> None:
    owner, since = relaying_owner, await ends_of(broker, TOPIC)
    units = owner.service.units
    async with owner.unit_of_work() as uow:
        units.at_commit.open(await uow.session.scalar(text(SERVER)))
    await tell(owner, 7)
    assert await head(owner) == (1, 0)
    units.at_commit.shut()
    await forget_the_last(owner, 0)  # as a standby that took over lacks it
    async with running(make_relay(owner)):
        await tell(owner, 8)
        await wait_until_published(owner)
        await tell(owner, 9)
        await wait_until_published(owner)
    records = await read_topic(broker, TOPIC, since)
    told = {int(header(record, "ce_sequence")): UUID(record.key.decode()).int for record in records}
    assert (told, len(records)) == ({1: 8, 2: 9}, 2)


async def test_a_process_that_ends_between_number_and_commit_has_told_nothing(owner: Harness, door: AtCommit) -> None:
    arm("commit.numbered:raise")
    with pytest.raises(FailpointError):
        await tell(owner, 1)
    arm("")
    assert (await head(owner), await owner.outbox(), door.take()) == ((0, 0), [], [])


async def test_beside_each_other_all_come_out_once_and_in_order(relaying_owner: Harness, broker: Broker) -> None:
    since = await ends_of(broker, TOPIC)
    async with running(relaying_owner.service.relay):
        for _ in range(10):
            await asyncio.gather(*(tell(relaying_owner, 1) for _ in range(5)), tell(relaying_owner, *[1] * (FEW + 1)))
            await tell(relaying_owner, 1)
        await wait_until_published(relaying_owner)
    numbers = [int(header(record, "ce_keysequence")) for record in await read_topic(broker, TOPIC, since)]
    assert numbers == list(range(1, 10 * (5 + FEW + 1 + 1) + 1))
