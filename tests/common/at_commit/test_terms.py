"""What was numbered at a commit and failed, or was handed over in a term that ended, does no harm."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.brokers.kinds import Broker
from tests.common.at_commit.steps import TOPIC, editions, number_and, sequences
from tests.common.relaying import ends_of, header, make_relay, read_topic, running, tell, wait_until_published
from tests.common.test_going_back import forget_the_last
from tests.common.test_lone_events import Broker as AnsweringBroker
from tests.common.test_lone_events import head
from tests.harness import Harness

from common.delivery.at_commit import AtCommit
from common.delivery.failpoints import FailpointError, arm
from common.delivery.leading import Leader
from common.delivery.relay import SERVER
from common.delivery.unit_of_work import UnitOfWork


async def test_where_the_commit_fails_nothing_is_numbered_and_the_next_one_may(owner: Harness, door: AtCommit) -> None:
    async def fail_to_commit(uow: UnitOfWork) -> None:
        assert await uow.session.scalar(text("SELECT position FROM event_log_head")) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await number_and(owner, door, fail_to_commit)
    assert (await head(owner), door.take()) == ((0, 0), [])
    await tell(owner, 1)
    assert await head(owner) == (1, 0)


async def test_a_commit_without_answer_that_is_stored_all_the_same_goes_out(
    owner: Harness, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    async def commit_and_lose_the_answer(uow: UnitOfWork) -> None:
        await uow.session.commit()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await number_and(owner, door, commit_and_lose_the_answer)
    while await leader.turn() or await leader.mark():
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


async def test_a_relay_whose_connection_ended_lets_nobody_number(
    relaying_owner: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def turn_and_lose_it(leader: Leader) -> bool:
        leader._connection.terminate()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the server's part
        ended.set()
        return False

    opened: list[AtCommit] = []

    def note(door: AtCommit, server: datetime) -> None:
        del server
        opened.append(door)

    monkeypatch.setattr(Leader, "turn", turn_and_lose_it)
    monkeypatch.setattr(AtCommit, "open", note)
    async with running(make_relay(relaying_owner)):
        async with asyncio.timeout(30):
            await ended.wait()
    assert opened == []
