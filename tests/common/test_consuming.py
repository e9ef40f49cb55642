"""The inbox rule on real PostgreSQL and raw records: each event has one effect (docs/delivery.md)."""

import asyncio
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from tests.common.conftest import EffectRow
from tests.common.reading import A, B, last_numbers, subjects, tell, with_header, withdrawn, without_header
from tests.factories import sample
from tests.harness import FakeRecord, Harness

from common.contracts.registration import (
    ContactRecorded,
    RegistrationOpened,
)
from common.delivery.messages import BadMessage, read_record


async def test_an_event_delivered_five_times_has_one_effect_and_one_reaction(reader: Harness) -> None:
    await reader.deliver_records([reader.record(withdrawn(A))] * 5)
    assert await subjects(reader) == [str(A)]
    assert len(await reader.emitted(RegistrationOpened)) == 1


async def test_a_whole_topic_delivered_again_from_the_start_changes_nothing(owner: Harness, reader: Harness) -> None:
    await reader.deliver_records(await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 40))))
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


async def test_twin_replicas_that_get_the_same_records_do_the_work_once(owner: Harness, reader: Harness) -> None:
    records = await tell(owner, *(withdrawn(UUID(int=number)) for number in range(1, 30)))
    await asyncio.gather(*(reader.service.consumer.consume(records) for _ in range(4)))
    assert len(await subjects(reader)) == 29


async def test_an_unknown_type_is_counted_and_skipped(reader: Harness) -> None:
    unknown = with_header(reader.record(withdrawn(A)), "ce_type", b"ocop.registration.moon_landed.v1")
    await reader.deliver_records([unknown, reader.record(withdrawn(B))])
    assert await subjects(reader) == [str(B)]
    assert b'ocop_messages_unknown_total{service="reader"} 1.0' in reader.service.metrics.text()


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
