"""Number first, then publish: gapless, in order, and the same again after a crash (docs/delivery.md), on a real broker."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from asyncpg import UniqueViolationError
from sqlalchemy import text
from tests.brokers.kinds import Broker
from tests.common.conftest import number_all
from tests.common.relaying import ends_of, header, make_relay, read_topic, running, tell, wait_until_published
from tests.factories import sample
from tests.harness import Harness

from common.contracts.base import Period
from common.contracts.registration import ContactRecorded, EditionEnded, RegistrationOpened
from common.delivery import leading, numbering
from common.delivery.leading import Leader
from common.delivery.numbering import number_events
from common.delivery.outbox import MAX_VALUE_BYTES, EventTooLargeError
from common.delivery.publishing import Publisher, Sendable
from common.delivery.relay import open_connection
from common.delivery.unit_of_work import UnitOfWork

TOPIC = "ocop.registration.events"


async def test_events_get_gapless_numbers_and_come_out_in_their_order(relaying_owner: Harness, broker: Broker) -> None:
    since = await ends_of(broker, TOPIC)
    async with running(make_relay(relaying_owner)):
        for _ in range(20):
            await tell(relaying_owner, 1, 2, 1)
        await wait_until_published(relaying_owner)
    records = await read_topic(broker, TOPIC, since)
    assert sorted(int(header(record, "ce_sequence")) for record in records) == list(range(1, 61))
    for number, count in ((1, 40), (2, 20)):
        of_key = [record for record in records if record.key == str(UUID(int=number)).encode()]
        assert [int(header(record, "ce_keysequence")) for record in of_key] == list(range(1, count + 1))


async def test_two_relays_at_once_publish_each_event_and_keep_the_order(
    relaying_owner: Harness, broker: Broker
) -> None:
    since = await ends_of(broker, TOPIC)
    async with running(make_relay(relaying_owner), make_relay(relaying_owner)):
        await asyncio.gather(*(tell(relaying_owner, 1) for _ in range(100)))
        await wait_until_published(relaying_owner)
    numbers = [int(header(record, "ce_keysequence")) for record in await read_topic(broker, TOPIC, since)]
    assert list(dict.fromkeys(numbers)) == list(range(1, 101))


async def lead_without_lock(owner: Harness, told: asyncio.Event) -> int:
    """Take turns until nothing is left to tell or to publish; return how often the other was in the way."""
    settings, metrics, refused = owner.service.settings, owner.service.metrics, 0
    publisher = Publisher("zombie", settings)
    while True:
        connection = await open_connection(settings)
        leader = Leader(connection, publisher, TOPIC, 7, metrics)
        try:
            while await leader.turn() or not told.is_set() or await leader.has_work():
                await asyncio.sleep(0)
        except UniqueViolationError:
            refused += 1
        else:
            return refused
        finally:
            await publisher.drop()
            await connection.close()


async def test_two_leaders_that_both_number_give_no_number_twice_and_keep_the_order(
    relaying_owner: Harness, broker: Broker
) -> None:
    since = await ends_of(broker, TOPIC)
    told = asyncio.Event()
    leaders = [asyncio.create_task(lead_without_lock(relaying_owner, told)) for _ in range(2)]
    for _ in range(12):
        await asyncio.gather(*(tell(relaying_owner, 1, 2) for _ in range(10)))
    told.set()
    await asyncio.gather(*leaders)
    records = await read_topic(broker, TOPIC, since)
    by_number = {(r.key, int(header(r, "ce_keysequence"))): header(r, "ce_id") for r in records}
    assert {(r.key, int(header(r, "ce_keysequence")), header(r, "ce_id")) for r in records} == {
        (*place, event_id) for place, event_id in by_number.items()
    }
    for number in (1, 2):
        seen = [int(header(r, "ce_keysequence")) for r in records if r.key == str(UUID(int=number)).encode()]
        assert list(dict.fromkeys(seen)) == list(range(1, 121))


async def test_after_a_crash_before_the_mark_the_same_events_go_out_with_the_same_ids_and_numbers(
    relaying_owner: Harness, broker: Broker
) -> None:
    since = await ends_of(broker, TOPIC)
    await tell(relaying_owner, 1, 1)
    for _ in range(2):
        async with running(make_relay(relaying_owner)):
            await wait_until_published(relaying_owner)
        async with relaying_owner.unit_of_work() as uow:  # as if the process had died before it wrote the mark
            await uow.session.execute(text("UPDATE event_log_head SET published = 0"))
    seen = [(header(r, "ce_id"), header(r, "ce_keysequence")) for r in await read_topic(broker, TOPIC, since)]
    assert seen[:2] == seen[2:]


async def test_contacts_go_out_and_leave_no_trace_in_the_public_log(relaying_owner: Harness, broker: Broker) -> None:
    contact = sample(ContactRecorded)
    since = await ends_of(broker, contact.topic())

    async def record(uow: UnitOfWork) -> None:
        uow.emit(contact)
        uow.erase(ContactRecorded, contact.party_id)

    await relaying_owner.run(record)
    async with running(make_relay(relaying_owner)):
        await wait_until_published(relaying_owner)
    sent = await read_topic(broker, contact.topic(), since)
    assert [record.value is None for record in sent] == [False, True]
    async with relaying_owner.unit_of_work() as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM event_log")) == 0


async def test_time_within_a_key_never_goes_back(owner: Harness) -> None:
    later = owner.clock.now()
    await tell(owner, 1, 2)
    owner.clock.set(later - timedelta(hours=1))
    await tell(owner, 1, 3)
    await number_all(owner)
    owner.clock.set(later - timedelta(hours=2))
    await tell(owner, 1)
    await number_all(owner)
    async with owner.unit_of_work() as uow:
        rows = await uow.session.execute(
            text("SELECT key, headers->>'ce_time' AS time FROM event_log ORDER BY key, key_sequence")
        )
        times: dict[bytes, list[str]] = {}
        for key, time in rows:
            times.setdefault(bytes(key), []).append(time)
    assert len(times) == 3
    assert all(found == sorted(found) for found in times.values())
    assert len(set(times[str(UUID(int=1)).encode()])) == 1


async def test_numbers_stay_gapless_when_units_of_work_roll_back(owner: Harness) -> None:
    async def emit_and_fail(uow: UnitOfWork) -> None:
        uow.emit(RegistrationOpened(edition_id=UUID(int=1)))
        raise RuntimeError

    await tell(owner, 1)
    with pytest.raises(RuntimeError):
        await owner.run(emit_and_fail)
    await tell(owner, 1)
    await number_all(owner)
    async with owner.unit_of_work() as uow:
        numbers = await uow.session.scalars(text("SELECT key_sequence FROM event_log ORDER BY position"))
        assert list(numbers) == [1, 2]


async def test_an_event_larger_than_the_broker_takes_is_refused_where_it_is_told(owner: Harness) -> None:
    big = RegistrationOpened.model_construct(edition_id="x" * MAX_VALUE_BYTES)

    async def emit(uow: UnitOfWork) -> None:
        uow.emit(big)

    with pytest.raises(EventTooLargeError), pytest.warns(UserWarning, match="serialized value"):
        await owner.run(emit)


async def test_events_of_one_unit_of_work_keep_their_order(owner: Harness) -> None:
    async def emit(uow: UnitOfWork) -> None:
        uow.emit(RegistrationOpened(edition_id=UUID(int=1)))
        uow.emit(EditionEnded(edition_id=UUID(int=1), actual=Period(first=uow.now.date(), last=uow.now.date())))

    await owner.run(emit)
    await number_all(owner)
    async with owner.unit_of_work() as uow:
        types = await uow.session.scalars(text("SELECT headers->>'ce_type' FROM event_log ORDER BY position"))
        assert list(types) == ["ocop.registration.registration_opened.v1", "ocop.registration.edition_ended.v1"]


async def test_large_events_go_out_in_smaller_batches_and_in_their_order(
    relaying_owner: Harness, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "BATCH_BYTES", 1)
    since = await ends_of(broker, TOPIC)
    await tell(relaying_owner, 1, 1, 1)
    connection = await open_connection(relaying_owner.service.settings)
    assert [len((await number_events(connection, TOPIC, 100)).events) for _ in range(2)] == [1, 1]
    await connection.close()
    async with running(make_relay(relaying_owner)):
        await wait_until_published(relaying_owner)
    numbers = [int(header(r, "ce_keysequence")) for r in await read_topic(broker, TOPIC, since)]
    assert numbers == [1, 2, 3]


async def test_other_messages_go_out_in_smaller_batches_where_they_are_large_and_in_their_order(
    relaying_owner: Harness, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, settings = sample(ContactRecorded), relaying_owner.service.settings
    since = await ends_of(broker, contact.topic())

    async def record(uow: UnitOfWork) -> None:
        uow.emit(contact)
        uow.erase(ContactRecorded, contact.party_id)
        uow.emit(contact)
        uow.emit(contact)

    monkeypatch.setattr(leading, "BATCH_BYTES", 1)
    sizes: list[int] = []

    class Counting(Publisher):
        async def send(self, messages: Sequence[Sendable]) -> None:
            sizes.append(len(messages))
            await super().send(messages)

    await relaying_owner.run(record)
    connection, publisher = await open_connection(settings), Counting("counting", settings)
    leader = Leader(connection, publisher, TOPIC, 100, relaying_owner.service.metrics)
    while await leader.turn() or await leader.has_work():
        pass
    await publisher.drop()
    await connection.close()
    assert sizes == [1, 2, 1]  # an erasure has no bytes
    sent = await read_topic(broker, contact.topic(), since)
    assert [one.value is None for one in sent] == [False, True, False, False]


async def test_numbering_tells_what_else_waits_and_moves_the_mark_only_with_events(owner: Harness) -> None:
    async def record(uow: UnitOfWork) -> None:
        uow.emit(sample(ContactRecorded))

    await tell(owner, 1)
    connection = await open_connection(owner.service.settings)
    assert (await number_events(connection, TOPIC, 100)).others_wait is False
    await owner.run(record)
    assert await number_events(connection, TOPIC, 100, 1) == ([], True)
    assert await connection.fetchval("SELECT published FROM event_log_head") == 0
    await tell(owner, 1)
    assert (await number_events(connection, TOPIC, 100, 1)).others_wait is True
    assert await connection.fetchval("SELECT published FROM event_log_head") == 1
    await connection.close()
