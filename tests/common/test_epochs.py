"""After the owner's database went back in time: it tells under a new source, and readers go on from there."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from tests.common.conftest import EffectRow, Poison, number_all
from tests.common.reading import records_of_log, subjects, tell, withdrawn
from tests.factories import EDITION_ID, sample
from tests.harness import FakeRecord, Harness

from common.contracts.registration import EditionSuspended
from common.database.engine import create_sessions
from common.delivery.epochs import earlier_sources, start_epoch
from common.delivery.plumbing import InboxRow, ParkedMessageRow, ParkedRow
from common.delivery.relay import open_connection, relay_lock
from common.delivery.republishing import RelayRunsError
from common.delivery.unit_of_work import UnitsOfWork

KEY = str(EDITION_ID).encode()


async def restart_in_new_epoch(owner: Harness, since: datetime | None = None) -> str:
    """Say what operators say while the service is stopped, and start it again."""
    source = await start_epoch("registration", owner.service.settings, since)
    owner.service.units = UnitsOfWork("registration", create_sessions(owner.service.engine), owner.clock)
    return source


async def go_back(owner: Harness, position: int) -> None:
    """Let the owner's log be what it was at a position, as a restored database has it."""
    async with owner.unit_of_work() as uow:
        for statement in (
            "DELETE FROM event_log WHERE position > :position",
            "UPDATE event_log_keys SET last = :position",  # one key is all there is
            "UPDATE event_log_head SET position = :position, published = :position",
        ):
            await uow.session.execute(text(statement), {"position": position})


async def memory(reader: Harness) -> dict[str, int]:
    rows: list[InboxRow] = await reader.rows(select(InboxRow))
    return {row.source: row.last for row in rows}


def numbered(first: int, last: int) -> list[Any]:
    return [withdrawn(UUID(int=number)) for number in range(first, last + 1)]


def ids(first: int, last: int) -> list[str]:
    return [str(UUID(int=number)) for number in range(first, last + 1)]


def effects_of(reader: Harness) -> Any:
    return reader.rows(select(EffectRow.subject).order_by(EffectRow.id))


async def test_what_is_told_under_numbers_given_before_is_taken_and_what_the_owner_forgot_stays(
    owner: Harness, reader: Harness
) -> None:
    await reader.deliver_records(await tell(owner, *numbered(1, 6)))
    await go_back(owner, 3)
    source = await restart_in_new_epoch(owner)
    records = await tell(owner, *numbered(11, 13))
    await reader.deliver_records(records[3:])
    assert await subjects(reader) == [*ids(1, 6), *ids(11, 13)]
    assert await memory(reader) == {"/ocop/registration": 6, source: 6}


async def test_what_a_reader_lacks_of_the_epoch_before_comes_first(owner: Harness, reader: Harness) -> None:
    await reader.deliver_records((await tell(owner, *numbered(1, 8)))[:2])
    await restart_in_new_epoch(owner)
    records = await tell(owner, *numbered(9, 10))
    await reader.deliver_records(records[9:])
    assert await subjects(reader) == ids(1, 10)


async def test_a_reader_that_missed_a_whole_epoch_takes_both_in_order(owner: Harness, reader: Harness) -> None:
    await reader.deliver_records(await tell(owner, *numbered(1, 2)))
    await restart_in_new_epoch(owner)
    await tell(owner, *numbered(3, 4))
    third = await restart_in_new_epoch(owner)
    assert third == "/ocop/registration/3"
    await reader.deliver_records((await tell(owner, *numbered(5, 6)))[4:])
    assert await subjects(reader) == ids(1, 6)
    assert await memory(reader) == {"/ocop/registration": 2, "/ocop/registration/2": 4, third: 6}


async def test_what_was_told_between_two_restores_is_taken_though_the_numbers_were_known_from_before(
    owner: Harness, reader: Harness
) -> None:
    await reader.deliver_records(await tell(owner, *numbered(1, 6)))
    await go_back(owner, 3)
    second = await restart_in_new_epoch(owner)
    await tell(owner, *numbered(14, 15))  # the topic is lost before the reader sees these
    third = await restart_in_new_epoch(owner)
    records = await tell(owner, *numbered(16, 17))
    await reader.deliver_records(records[6:])
    assert await subjects(reader) == [*ids(1, 6), *ids(14, 17)]
    assert await memory(reader) == {"/ocop/registration": 6, second: 5, third: 7}


async def test_an_epoch_in_which_nothing_was_told_of_a_key_is_passed_over(owner: Harness, reader: Harness) -> None:
    await reader.deliver_records((await tell(owner, *numbered(1, 3)))[:1])
    await restart_in_new_epoch(owner)
    third = await restart_in_new_epoch(owner)
    await reader.deliver_records((await tell(owner, *numbered(4, 4)))[3:])
    assert await subjects(reader) == ids(1, 4)
    assert await memory(reader) == {"/ocop/registration": 3, third: 4}


async def test_the_history_delivered_again_over_epochs_changes_nothing(owner: Harness, reader: Harness) -> None:
    await tell(owner, *numbered(1, 5))
    await restart_in_new_epoch(owner)
    records = await tell(owner, *numbered(6, 9))
    for _ in range(2):
        await reader.deliver_records(records)
    assert await effects_of(reader) == ids(1, 9)


async def test_a_parked_subject_waits_on_in_the_new_epoch(owner: Harness, reader: Harness, poison: Poison) -> None:
    poison.subjects = set(ids(2, 2))
    await reader.deliver_records(await tell(owner, *numbered(1, 2)))
    source = await restart_in_new_epoch(owner)
    records = await tell(owner, withdrawn(UUID(int=2)), withdrawn(UUID(int=3)))
    await reader.deliver_records(records[2:])
    assert await subjects(reader) == [*ids(1, 1), *ids(3, 3)]
    assert await reader.rows(select(ParkedRow.source)) == [source]
    assert len(await reader.rows(select(ParkedMessageRow))) == 2
    poison.subjects.clear()
    redriven = await reader.service.dead_letters.redrive(source, KEY.decode(), ids(2, 2)[0], by="a test")
    assert redriven.ran == 2
    assert await subjects(reader) == [*ids(1, 1), *ids(3, 3), *ids(2, 2), *ids(2, 2)]


async def test_what_is_about_a_whole_key_finds_who_is_parked_also_in_the_new_epoch(
    owner: Harness, reader: Harness, poison: Poison
) -> None:
    suspended = sample(EditionSuspended)
    poison.subjects = {ids(1, 1)[0], suspended.subject}
    await reader.deliver_records(await tell(owner, *numbered(1, 1), suspended))
    source = await restart_in_new_epoch(owner)
    await reader.deliver_records((await tell(owner, *numbered(2, 2)))[2:])
    poison.subjects.clear()
    for subject, ran in ((suspended.subject, 1), (ids(1, 1)[0], 2)):
        redriven = await reader.service.dead_letters.redrive(source, KEY.decode(), subject, by="a test")
        assert (redriven.ran, redriven.error) == (ran, None)
    assert await subjects(reader) == [*ids(2, 2), suspended.subject, *ids(1, 1) * 2]
    assert await reader.rows(select(ParkedMessageRow.id)) == []


async def test_a_lost_last_event_of_a_new_epoch_is_found_and_then_nothing_is_missing(
    owner: Harness, reader: Harness
) -> None:
    await reader.deliver_records(await tell(owner, *numbered(1, 6)))
    await go_back(owner, 3)
    await restart_in_new_epoch(owner)
    await tell(owner, *numbered(11, 12))
    assert await reader.service.consumer.reconcile() > 0
    assert await subjects(reader) == [*ids(1, 6), *ids(11, 12)]
    assert await reader.service.consumer.reconcile() == 0


async def test_an_event_that_had_no_number_yet_goes_out_under_the_new_source(owner: Harness) -> None:
    async with owner.unit_of_work() as uow:
        uow.emit(withdrawn(UUID(int=1)))
    source = await restart_in_new_epoch(owner)
    await number_all(owner)
    assert [told(record) for record in await records_of_log(owner)] == [source]


def told(record: FakeRecord) -> str:
    return (dict(record.headers)["ce_source"] or b"").decode()


async def test_while_the_service_runs_no_epoch_begins(owner: Harness) -> None:
    leader = await open_connection(owner.service.settings)
    await leader.execute("SELECT pg_advisory_lock($1)", relay_lock("registration"))
    with pytest.raises(RelayRunsError, match="registration runs: stop every process"):
        await start_epoch("registration", owner.service.settings)
    assert await leader.fetchval("SELECT epoch FROM event_log_head") == 1
    await leader.close()


def test_the_epochs_before_a_source_are_named_as_their_events_were() -> None:
    assert earlier_sources("/ocop/registration") == []
    assert earlier_sources("/ocop/registration/3") == ["/ocop/registration", "/ocop/registration/2"]
