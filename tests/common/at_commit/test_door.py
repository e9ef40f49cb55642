"""An event told while the relay rests gets its number in the transaction that tells it, and goes out as any other."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.brokers.kinds import Broker
from tests.common.at_commit.steps import TOPIC, at_rest, editions, sequences
from tests.common.relaying import ends_of, header, read_topic, running, tell, wait_until_published
from tests.common.test_lone_events import Broker as AnsweringBroker
from tests.common.test_lone_events import head
from tests.factories import sample
from tests.harness import Harness

from common.contracts.registration import ContactRecorded, RegistrationOpened
from common.delivery import at_commit, leading
from common.delivery.at_commit import FEW, AtCommit
from common.delivery.leading import Leader
from common.delivery.relay import SERVER


async def test_it_is_numbered_with_its_commit_and_the_relay_asks_for_no_number(
    owner: Harness, leader: Leader, sink: AnsweringBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "number_events", None)
    await tell(owner, 1)
    assert await head(owner) == (1, 0)
    assert await owner.outbox() == []
    assert not await leader.turn()
    assert not await leader.mark()
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


async def test_a_unit_of_work_that_tells_large_events_leaves_them_to_the_relay(
    owner: Harness, door: AtCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    del door
    monkeypatch.setattr(at_commit, "FEW_BYTES", 100)
    await tell(owner, 1, 2)
    assert (await head(owner), len(await owner.outbox())) == ((0, 0), 2)


async def test_a_contact_beside_an_event_leaves_both_to_the_relay(owner: Harness, door: AtCommit) -> None:
    del door
    async with owner.unit_of_work() as uow:
        uow.emit(RegistrationOpened(edition_id=UUID(int=1)))
        uow.emit(sample(ContactRecorded))
    assert (await head(owner), len(await owner.outbox())) == ((0, 0), 2)


async def test_who_comes_while_another_one_numbers_does_not_wait(
    owner: Harness, connection: asyncpg.Connection, door: AtCommit
) -> None:
    async with door.alone():
        door.open(await connection.fetchval(SERVER))
        async with asyncio.timeout(5):
            await tell(owner, 1)
    assert await head(owner) == (0, 0)


async def test_what_was_not_handed_over_is_found_in_the_log_by_a_relay_at_rest(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    await tell(owner, 7)
    door.take()  # as if whoever told it was cancelled behind its commit
    assert await leader.has_work()
    while await leader.turn() or await leader.mark():
        pass
    assert (editions(sink), await head(owner)) == ([7], (1, 1))
    assert not await leader.has_work()


async def test_a_relay_that_reads_the_log_sends_nothing_again_whose_mark_it_owes(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    await tell(owner, 7)
    assert not await leader.turn()
    assert leader.owes_mark
    await tell(owner, 8)
    door.take()
    assert await leader.has_work()
    while await leader.turn() or await leader.mark():
        pass
    assert (editions(sink), await head(owner)) == ([7, 8], (2, 2))


async def test_what_was_not_handed_over_goes_out_before_what_was(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    await tell(owner, 7)
    door.take()
    await tell(owner, 8)
    while await leader.turn() or await leader.mark():
        pass
    assert (editions(sink), sequences(sink)) == ([7, 8], [1, 2])


async def test_while_the_relay_waits_for_its_broker_few_are_handed_over_and_the_others_wait_in_the_outbox(
    owner: Harness, leader: Leader, sink: AnsweringBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_commit, "HANDED", 2)
    for number in range(5):
        await tell(owner, number)
    assert (await head(owner), len(await owner.outbox())) == ((2, 0), 3)
    while await leader.turn() or await leader.mark():
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
    while await leader.turn() or await leader.mark():
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
    await leader.mark()
    assert (editions(broker), await head(owner)) == ([7, 8], (2, 2))


async def test_beside_each_other_all_come_out_once_and_in_order(relaying_owner: Harness, broker: Broker) -> None:
    since = await ends_of(broker, TOPIC)
    async with running(relaying_owner.service.relay):
        for _ in range(10):
            await asyncio.gather(*(tell(relaying_owner, 1) for _ in range(5)), tell(relaying_owner, *[1] * (FEW + 1)))
            await tell(relaying_owner, 1)
        await wait_until_published(relaying_owner)
    numbers = [int(header(record, "ce_keysequence")) for record in await read_topic(broker, TOPIC, since)]
    assert numbers == list(range(1, 10 * (5 + FEW + 1 + 1) + 1))
