"""The inbox rule, parked subjects and dead letters, on real PostgreSQL and raw records (docs/delivery.md)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text
from tests.common.conftest import EffectRow, Poison, number_all
from tests.factories import EDITION_ID, sample
from tests.harness import FakeRecord, Harness

from common.contracts.registration import (
    ApplicationWithdrawn,
    ContactRecorded,
    EditionCancelled,
    EditionSuspended,
    RegistrationOpened,
)
from common.envelope import KEY_SEQUENCE, SEQUENCE
from common.feed import Feeds, FeedUnavailableError
from common.messages import BadMessage, read_record
from common.outbox import MAX_VALUE_BYTES
from common.plumbing import InboxRow, ParkedMessageRow, ParkedRow
from common.unit_of_work import UnitOfWork

EDITION = str(EDITION_ID)
SOURCE = "/ocop/registration"
A, B, C = (UUID(int=number) for number in (10, 11, 12))


def withdrawn(application_id: UUID) -> ApplicationWithdrawn:
    return sample(ApplicationWithdrawn, application_id=application_id)


async def subjects(reader: Harness) -> list[str]:
    return await reader.rows(select(EffectRow.subject).order_by(EffectRow.id))


async def last_numbers(reader: Harness) -> list[int]:
    return await reader.rows(select(InboxRow.last))


def with_header(record: FakeRecord, name: str, value: bytes | None) -> FakeRecord:
    return replace(record, headers=tuple((n, value if n == name else v) for n, v in record.headers))


def without_header(record: FakeRecord, name: str) -> FakeRecord:
    return replace(record, headers=tuple((n, v) for n, v in record.headers if n != name))


async def test_an_event_delivered_five_times_has_one_effect_and_one_reaction(reader: Harness) -> None:
    await reader.deliver_records([reader.record(withdrawn(A))] * 5)
    assert await subjects(reader) == [str(A)]
    assert len(await reader.emitted(RegistrationOpened)) == 1


async def test_a_whole_topic_delivered_again_from_the_start_changes_nothing(reader: Harness) -> None:
    await reader.deliver(*(withdrawn(UUID(int=number)) for number in range(1, 40)))
    await reader.deliver_all_again()
    assert len(await subjects(reader)) == 39
    assert await last_numbers(reader) == [39]


async def test_reactions_carry_the_event_that_caused_them(reader: Harness) -> None:
    record = reader.record(withdrawn(A))
    await reader.deliver_records([record])
    [row] = await reader.outbox()
    sent = dict(record.headers)
    assert row.headers["ce_causationid"].encode() == sent["ce_id"]
    assert row.headers["ce_correlationid"].encode() == sent["ce_correlationid"]


async def test_twin_replicas_that_get_the_same_records_do_the_work_once(reader: Harness) -> None:
    records = [reader.record(withdrawn(UUID(int=number))) for number in range(1, 30)]
    await asyncio.gather(*(reader.service.consumer.consume(records) for _ in range(4)))
    assert len(await subjects(reader)) == 29


async def tell(owner: Harness, *events: Any) -> list[FakeRecord]:
    """Let the owner tell events through its outbox and log; return them as records of its topic."""

    async def emit_all(uow: UnitOfWork) -> None:
        for event in events:
            uow.emit(event)

    await owner.run(emit_all)
    await number_all(owner)
    return await records_of_log(owner)


async def records_of_log(owner: Harness) -> list[FakeRecord]:
    async with owner.unit_of_work() as uow:
        rows = await uow.session.execute(
            text("SELECT position, key, key_sequence, headers, value FROM event_log ORDER BY position")
        )
        return [
            FakeRecord(
                "ocop.registration.events",
                bytes(key),
                bytes(value),
                tuple(
                    (name, str(value).encode())
                    for name, value in {**headers, SEQUENCE: position, KEY_SEQUENCE: number}.items()
                ),
            )
            for position, key, number, headers, value in rows
        ]


async def test_a_gap_is_closed_from_the_owners_feed_before_what_comes_after_it(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 11)))
    await reader.deliver_records([records[0], records[9]])
    assert await subjects(reader) == [str(UUID(int=number)) for number in range(1, 11)]


async def test_what_is_missing_and_bad_parks_its_own_subject_and_not_that_of_the_message_behind_it(
    owner: Harness, reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(B)}
    records = await tell(owner, withdrawn(A), withdrawn(B), withdrawn(C))
    await reader.deliver_records([records[2]])
    assert await subjects(reader) == [str(A), str(C)]
    assert await reader.rows(select(ParkedRow.subject)) == [str(B)]


async def test_a_lost_last_event_is_found_by_comparing_with_the_owners_numbers(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    await reader.deliver_records(records[:1])
    assert await reader.service.consumer.reconcile() == 1
    assert await subjects(reader) == [str(A), str(B)]


async def test_a_gap_that_nobody_can_close_is_waited_for_and_nothing_is_taken_in(
    owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    nobody = Feeds({"registration": "http://127.0.0.1:9"}, "", httpx.AsyncClient())
    consumer = reader.service.make_consumer(nobody)
    with pytest.raises(FeedUnavailableError):
        await consumer.consume([records[1]])
    assert await subjects(reader) == []
    assert consumer.waiting


BAD_ENVELOPES: dict[str, Callable[[FakeRecord], FakeRecord]] = {
    "a missing header": lambda record: without_header(record, "ce_id"),
    "a missing number": lambda record: without_header(record, "ce_keysequence"),
    "a null header": lambda record: with_header(record, "ce_type", None),
    "a header that is not UTF-8": lambda record: with_header(record, "ce_subject", b"\xff\xfe\x00"),
    "no key": lambda record: replace(record, key=None),
    "a number that is none": lambda record: with_header(record, "ce_keysequence", b"-1"),
    "an id that is none": lambda record: with_header(record, "ce_id", b"x"),
    "another version of the envelope": lambda record: with_header(record, "ce_specversion", b"0.3"),
}


@pytest.mark.parametrize("damage", BAD_ENVELOPES.values(), ids=BAD_ENVELOPES.keys())
async def test_an_unreadable_envelope_is_dead_and_a_good_copy_comes_from_the_feed(
    damage: Callable[[FakeRecord], FakeRecord], owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B), withdrawn(C))
    await reader.deliver_records([records[0], damage(records[1]), records[2]])
    assert await subjects(reader) == [str(A), str(B), str(C)]
    dead = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert [row.value for row in dead] == [records[1].value]
    assert dead[0].headers["x-dlq-error"]


BAD_VALUES: dict[str, bytes | None] = {
    "broken JSON": b'{"edition_id": ',
    "a null value": None,
    "a field that is missing": b"{}",
    "a field of the wrong type": b'{"edition_id": 7, "application_id": [], "vendor_id": "", "by": 1, "reason_code": 2}',
    "bytes": b"\x00\xff\x17",
}


@pytest.mark.parametrize("value", BAD_VALUES.values(), ids=BAD_VALUES.keys())
async def test_a_bad_value_parks_its_subject_and_everything_else_goes_on(value: bytes | None, reader: Harness) -> None:
    records = [reader.record(withdrawn(subject)) for subject in (A, B, A, C)]
    records[0] = replace(records[0], value=value)
    await reader.deliver_records(records)
    assert await subjects(reader) == [str(B), str(C)]
    assert await reader.rows(select(ParkedRow.subject)) == [str(A)]
    assert len(await reader.rows(select(ParkedMessageRow.id))) == 2
    dead = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert [row.value for row in dead] == [value]
    assert dead[0].headers["x-dlq-error"] == "UnreadableEventError"
    assert await last_numbers(reader) == [4]


async def test_an_unknown_type_is_counted_and_skipped(reader: Harness) -> None:
    unknown = with_header(reader.record(withdrawn(A)), "ce_type", b"ocop.registration.moon_landed.v1")
    await reader.deliver_records([unknown, reader.record(withdrawn(B))])
    assert await subjects(reader) == [str(B)]
    assert b'ocop_messages_unknown_total{service="reader"} 1.0' in reader.service.metrics.text()


async def test_what_needs_all_waits_while_anything_of_its_key_is_parked_and_then_the_whole_key_waits(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(B))
    await reader.deliver(sample(EditionCancelled), withdrawn(C))
    assert await subjects(reader) == [str(B)]
    assert sorted(await reader.rows(select(ParkedRow.subject))) == ["", str(A)]


async def test_another_edition_is_untouched_by_a_parked_key(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), sample(EditionCancelled))
    other = sample(EditionSuspended, edition_id=UUID(int=77))
    await reader.deliver(other)
    assert await subjects(reader) == [other.subject]


async def test_a_redrive_after_a_mend_runs_everything_in_order_and_frees_the_key(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(B), withdrawn(A), sample(EditionCancelled), withdrawn(C))
    poison.subjects = set()
    done = await reader.service.dead_letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert (done.ran, done.error) == (4, None)
    assert await subjects(reader) == [str(B), str(A), str(A), EDITION, str(C)]
    assert await reader.rows(select(ParkedRow.subject)) == []
    again = await reader.service.dead_letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert again.ran == 0
    await reader.deliver(withdrawn(A))
    assert (await subjects(reader))[-1] == str(A)


async def test_a_redrive_without_a_mend_changes_nothing(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(A))
    done = await reader.service.dead_letters.redrive(SOURCE, EDITION, str(A), by="Đào")
    assert done.ran == 0
    assert done.error
    assert await subjects(reader) == []
    assert len(await reader.rows(select(ParkedMessageRow.id))) == 2


async def test_a_dropped_message_is_gone_and_those_behind_it_run(reader: Harness, poison: Poison) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(withdrawn(A), withdrawn(A))
    letters = reader.service.dead_letters
    assert await letters.drop(SOURCE, EDITION, str(A), by="Đào", reason="sent by mistake") == 1
    poison.subjects = set()
    assert (await letters.redrive(SOURCE, EDITION, str(A), by="Đào")).ran == 1
    assert await subjects(reader) == [str(A)]


async def test_redrives_beside_live_traffic_of_the_key_give_each_event_one_effect(
    reader: Harness, poison: Poison
) -> None:
    poison.subjects = {str(A)}
    await reader.deliver(*[withdrawn(A)] * 10)
    poison.subjects = set()
    letters = reader.service.dead_letters
    live = [reader.record(withdrawn(A)) for _ in range(10)]
    await asyncio.gather(
        letters.redrive(SOURCE, EDITION, str(A), by="one"),
        letters.redrive(SOURCE, EDITION, str(A), by="two"),
        *(reader.service.consumer.consume([record]) for record in live[:1]),
    )
    for record in live[1:]:
        await reader.service.consumer.consume([record])
    await letters.redrive(SOURCE, EDITION, str(A), by="one")
    ids = await reader.rows(select(EffectRow.event_id))
    assert len(ids) == len(set(ids)) == 20


async def test_contacts_have_no_numbers_and_a_tombstone_erases(reader: Harness) -> None:
    contact = sample(ContactRecorded)
    plain = without_header(without_header(reader.record(contact), "ce_sequence"), "ce_keysequence")
    await reader.deliver_records([plain, reader.tombstone(ContactRecorded, contact.party_id)])
    effects = await reader.rows(select(EffectRow.what).order_by(EffectRow.id))
    assert effects == ["contact", "forgotten"]
    assert await last_numbers(reader) == []


async def test_a_bad_contact_goes_to_the_dead_letters_without_its_value(reader: Harness) -> None:
    bad = replace(reader.record(sample(ContactRecorded)), value=b'{"email": "dao@example.com"}')
    await reader.deliver_records([bad])
    [dead] = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert dead.value is None


def test_reading_a_record_never_raises() -> None:
    for headers in ((), (("ce_id", b"\xff"),), (("", None),)):
        assert isinstance(read_record(FakeRecord("t", b"\xff\xfe", None, headers)), BadMessage)


async def test_a_poison_message_too_large_for_the_dead_letters_is_kept_here_and_stops_nothing(reader: Harness) -> None:
    large = replace(reader.record(withdrawn(A)), value=b"{" + b" " * MAX_VALUE_BYTES)
    await reader.deliver_records([large, reader.record(withdrawn(B))])
    assert await subjects(reader) == [str(B)]
    assert await reader.rows(select(ParkedMessageRow.value)) == [large.value]
    [dead] = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert (dead.value, dead.headers["x-dlq-value-bytes"]) == (None, str(MAX_VALUE_BYTES + 1))


async def test_a_large_record_with_a_bad_envelope_leaves_a_pointer_and_stops_nothing(
    owner: Harness, reader: Harness
) -> None:
    records = await tell(owner, withdrawn(A), withdrawn(B))
    damaged = replace(without_header(records[0], "ce_id"), value=b" " * (MAX_VALUE_BYTES + 1))
    await reader.deliver_records([damaged, records[1]])
    assert await subjects(reader) == [str(A), str(B)]
    [dead] = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert dead.headers["x-dlq-value-bytes"] == str(MAX_VALUE_BYTES + 1)
