"""What numbers events as they are told gives what the relay would have given, and waits for nobody."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from tests.common.at_commit.steps import TOPIC, editions, number_and, sequences
from tests.common.relaying import tell
from tests.common.test_lone_events import Broker as AnsweringBroker
from tests.common.test_lone_events import head
from tests.common.test_relay_rules import until_somebody_waits
from tests.harness import Harness

from common.contracts.registration import RegistrationOpened
from common.delivery import numbered_at_once
from common.delivery.at_commit import AtCommit
from common.delivery.leading import Leader
from common.delivery.numbering import number_events
from common.delivery.relay import SERVER, open_connection
from common.delivery.unit_of_work import UnitOfWork


async def tell_at(owner: Harness, *hours: int) -> None:
    """Tell events of two editions by turns, at hours of one day."""
    async with owner.unit_of_work() as uow:
        for place, hour in enumerate(hours):
            event = RegistrationOpened(edition_id=UUID(int=place % 2))
            uow.emit(event, at=datetime(2020, 10, 1, hour, tzinfo=UTC))


async def read_log(owner: Harness) -> list[tuple[int, int, bytes, str, str]]:
    """Return place, number in the key, key, source and time of each event in the log."""
    query = """SELECT row_number() OVER (ORDER BY position), key_sequence, key, headers->>'ce_source', headers->>'ce_time'
               FROM event_log WHERE event_id::text = headers->>'ce_id' ORDER BY position"""
    async with owner.unit_of_work() as uow:
        return [
            (place, number, key, source, time)
            for place, number, key, source, time in await uow.session.execute(text(query))
        ]


async def test_its_numbers_its_source_and_its_time_are_those_that_the_relay_would_have_given(
    owner: Harness, connection: asyncpg.Connection, door: AtCommit
) -> None:
    days_work = ((5, 6, 3, 9, 7, 8), (2, 2), (10,))
    for hours in days_work:
        await tell_at(owner, *hours)
    at_once = await read_log(owner)
    handed = door.take()
    assert [(event.key, event.headers["ce_time"]) for event in handed] == [
        (key, time) for _, _, key, _, time in at_once
    ]
    async with owner.unit_of_work() as uow:
        await uow.session.execute(text("DELETE FROM event_log"))
        await uow.session.execute(text("DELETE FROM event_log_keys"))
    door.shut()
    for hours in days_work:
        await tell_at(owner, *hours)
        await number_events(connection, TOPIC, 100)
    assert at_once == await read_log(owner)
    times = [time[11:13] for _, _, key, _, time in at_once if key.endswith(b"0")]
    assert times == ["05", "05", "07", "07", "10"]


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
    while await leader.turn() or await leader.mark():
        pass
    assert (editions(sink), sequences(sink)) == ([7, 8], [1, 2])


async def test_while_another_one_holds_the_head_a_unit_of_work_waits_for_nothing(
    owner: Harness, connection: asyncpg.Connection, door: AtCommit
) -> None:
    del door
    async with connection.transaction():
        await connection.execute("SELECT FROM event_log_head FOR UPDATE")
        async with asyncio.timeout(5):
            await tell(owner, 7)
    assert (await head(owner), len(await owner.outbox())) == ((0, 0), 1)


async def test_where_another_one_has_numbered_since_it_looked_a_unit_of_work_numbers_nothing(
    owner: Harness, connection: asyncpg.Connection, door: AtCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    del door
    looks = "(SELECT id FROM outbox ORDER BY id LIMIT 1) IS NULL"
    waits = f"(SELECT pg_advisory_xact_lock(1)::text) IS NOT NULL AND {looks}"  # when its snapshot is taken already
    assert looks in numbered_at_once.TELL
    monkeypatch.setattr(numbered_at_once, "TELL", numbered_at_once.TELL.replace(looks, waits))
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(1)")
        telling = asyncio.create_task(tell(owner, 8))
        await until_somebody_waits(owner)
        await connection.execute("UPDATE event_log_head SET position = 1")
    await telling
    assert (await head(owner), len(await owner.outbox())) == ((1, 0), 1)


async def test_a_process_that_stands_still_between_number_and_commit_keeps_the_head_for_seconds_only(
    owner: Harness, door: AtCommit
) -> None:
    seen: list[str | None] = []

    async def look(uow: UnitOfWork) -> None:
        seen.append(await uow.session.scalar(text("SHOW idle_in_transaction_session_timeout")))

    await number_and(owner, door, look)
    assert seen == ["5s"]


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


async def test_what_was_left_in_the_outbox_is_numbered_first(
    owner: Harness, connection: asyncpg.Connection, leader: Leader, door: AtCommit, sink: AnsweringBroker
) -> None:
    door.shut()
    await tell(owner, 7)
    door.open(await connection.fetchval(SERVER))
    await tell(owner, 8)
    while await leader.turn() or await leader.mark():
        pass
    assert (editions(sink), sequences(sink)) == ([7, 8], [1, 2])
