"""A contact that fails is listed and told of as every parked message is, and its erasure takes what is kept of it."""

import asyncio
from dataclasses import replace

from sqlalchemy import select
from tests.common.conftest import EffectRow, Poison
from tests.common.reading import last_numbers, subjects
from tests.factories import VENDOR_ID, sample
from tests.harness import FakeRecord, Harness

from common.contracts.registration import ApplicationWithdrawn, ContactRecorded
from common.delivery.plumbing import ParkedMessageRow

SOURCE, PARTY = "/ocop/registration", str(VENDOR_ID)


def contact(reader: Harness, name: str) -> FakeRecord:
    """Return a contact as it stands on its topic, which numbers nothing."""
    record = reader.record(sample(ContactRecorded, display_name=name))
    return replace(record, headers=tuple(one for one in record.headers if "sequence" not in one[0]))


async def kept(reader: Harness) -> list[bytes | None]:
    return await reader.rows(select(ParkedMessageRow.value).order_by(ParkedMessageRow.id))


async def parked(reader: Harness) -> list[tuple[str, int]]:
    return [(row.subject, row.messages) for row in await reader.service.dead_letters.list_subjects()]


async def test_a_contact_that_cannot_be_read_is_listed_and_a_newer_one_goes_on(reader: Harness) -> None:
    bad = replace(contact(reader, "An"), value=b'{"email": "an@')
    await reader.deliver_records([bad, contact(reader, "Anh")])
    assert await subjects(reader) == ["Anh"]
    assert await parked(reader) == [(PARTY, 1)]
    await reader.service.measure()
    [metric] = reader.service.metrics.parked_subjects.collect()
    [gauge] = metric.samples
    assert gauge.value == 1
    [dead] = [row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]
    assert (dead.value, dead.headers["x-dlq-error"]) == (None, "UnreadableEventError")
    assert await last_numbers(reader) == []


async def test_a_contact_runs_once_after_a_mend_however_many_send_it(reader: Harness, poison: Poison) -> None:
    poison.subjects = {PARTY}
    await reader.deliver_records([contact(reader, "An"), contact(reader, "Anh")])
    poison.subjects = set()
    letters = reader.service.dead_letters
    done = await asyncio.gather(*(letters.redrive(SOURCE, PARTY, PARTY, by="Đào") for _ in range(3)))
    assert (sum(one.ran for one in done), {one.error for one in done}) == (2, {None})
    assert await subjects(reader) == ["An", "Anh"]
    assert await parked(reader) == await kept(reader) == await last_numbers(reader) == []


async def test_an_erasure_takes_what_is_kept_of_the_contact(reader: Harness, poison: Poison) -> None:
    poison.subjects = {PARTY}
    await reader.deliver_records([contact(reader, "An")])
    poison.subjects = set()
    await reader.deliver_records([reader.tombstone(ContactRecorded, VENDOR_ID)])
    assert await reader.rows(select(EffectRow.what)) == ["forgotten"]
    assert await parked(reader) == await kept(reader) == []


async def test_an_erasure_that_fails_itself_takes_it_all_the_same_and_waits(reader: Harness, poison: Poison) -> None:
    poison.subjects = {PARTY}
    await reader.deliver_records([contact(reader, "An"), reader.tombstone(ContactRecorded, VENDOR_ID)])
    assert await kept(reader) == [None]
    assert await parked(reader) == [(PARTY, 1)]
    poison.subjects = set()
    assert (await reader.service.dead_letters.redrive(SOURCE, PARTY, PARTY, by="Đào")).ran == 1
    assert await reader.rows(select(EffectRow.what)) == ["forgotten"]
    assert await parked(reader) == []


async def test_a_topic_that_comes_again_keeps_a_bad_contact_once(reader: Harness, poison: Poison) -> None:
    poison.subjects = {PARTY}
    await reader.deliver_records([contact(reader, "An"), contact(reader, "Anh")])
    await reader.deliver_all_again()
    assert len(await kept(reader)) == 2
    assert len([row for row in await reader.outbox() if row.topic == "ocop.reader.dlq"]) == 2


async def test_the_last_contact_that_is_dropped_frees_its_party(reader: Harness, poison: Poison) -> None:
    poison.subjects = {PARTY}
    await reader.deliver_records([contact(reader, "An"), contact(reader, "Anh")])
    letters = reader.service.dead_letters
    for left in ([(PARTY, 1)], []):
        assert await letters.drop(SOURCE, PARTY, PARTY, by="Đào", reason="a typo") == 1
        assert await parked(reader) == left
    assert await kept(reader) == []


async def test_an_erasure_leaves_numbered_messages_of_the_same_key(reader: Harness, poison: Poison) -> None:
    poison.subjects = {PARTY}
    event = sample(ApplicationWithdrawn, edition_id=VENDOR_ID, application_id=VENDOR_ID)
    await reader.deliver(event)
    await reader.deliver_records([contact(reader, "An")])
    poison.subjects = set()
    await reader.deliver_records([reader.tombstone(ContactRecorded, VENDOR_ID)])
    assert await parked(reader) == [(PARTY, 1)]
    assert await kept(reader) == [event.model_dump_json().encode()]
