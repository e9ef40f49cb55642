from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from structlog.testing import capture_logs
from tests.factories import VENDOR_ID, sample
from tests.harness import Harness

from common.cli.settle import find_rereadings
from common.contracts.registration import ContactRecorded
from common.delivery.plumbing import OutboxRow
from notifications.contacts.tables import ContactRow


async def read_contact(service: Harness) -> ContactRow:
    (row,) = await service.rows(select(ContactRow))
    return row


async def test_the_newer_contact_wins_in_whatever_order_they_come(notifications: Harness):
    now = notifications.clock.now()
    new, old = sample(ContactRecorded, email="new@example.com"), sample(ContactRecorded, email="old@example.com")
    await notifications.deliver(new, time=now + timedelta(microseconds=1))
    await notifications.deliver(old, time=now)

    assert (await read_contact(notifications)).email == "new@example.com"
    await notifications.deliver_all_again()
    assert (await read_contact(notifications)).email == "new@example.com"


async def test_an_erasure_leaves_nothing_but_the_id_and_the_time(notifications: Harness):
    now = notifications.clock.now()
    await notifications.deliver(sample(ContactRecorded, zalo_id="zalo-1"), time=now)
    erasure = notifications.tombstone(ContactRecorded, VENDOR_ID, time=now + timedelta(seconds=1))
    await notifications.deliver_records([erasure])

    row = await read_contact(notifications)
    kept: dict[str, Any] = {name: value for name, value in vars(row).items() if not name.startswith("_") and value}
    assert kept == {"party_id": VENDOR_ID, "recorded_at": now + timedelta(seconds=1)}


async def test_an_older_contact_does_not_come_back_after_an_erasure(notifications: Harness):
    now = notifications.clock.now()
    await notifications.deliver_records([notifications.tombstone(ContactRecorded, VENDOR_ID, time=now)])
    await notifications.deliver(sample(ContactRecorded), time=now - timedelta(seconds=1))
    assert (await read_contact(notifications)).email is None

    await notifications.deliver(sample(ContactRecorded), time=now + timedelta(seconds=1))
    assert (await read_contact(notifications)).email == "dao@example.com"


async def test_the_topic_read_again_brings_what_is_newer_and_erases_what_was_erased(notifications: Harness):
    [line] = find_rereadings("notifications")
    now, second = notifications.clock.now(), timedelta(seconds=1)
    other = UUID(int=9)
    old = [
        notifications.record(sample(ContactRecorded, party_id=party, email="old@example.com"), time=now)
        for party in (VENDOR_ID, other)
    ]
    newer = notifications.record(sample(ContactRecorded, email="new@example.com"), time=now + second)
    erasure = notifications.tombstone(ContactRecorded, other, time=now + second)
    await notifications.deliver_records(old)  # what the backup has

    for _ in range(2):
        await line.take(notifications.service, [*old, newer, erasure, *old])
        rows = await notifications.rows(select(ContactRow).order_by(ContactRow.email))
        assert [(row.party_id, row.email) for row in rows] == [(VENDOR_ID, "new@example.com"), (other, None)]


async def test_what_cannot_be_read_has_one_dead_letter_however_often_the_topic_is_read_again(notifications: Harness):
    [line] = find_rereadings("notifications")
    contact = notifications.record(sample(ContactRecorded), time=notifications.clock.now())
    unreadable = replace(contact, headers=[], offset=7)
    await notifications.deliver_records([unreadable])  # what the backup has
    for _ in range(2):
        with capture_logs() as logs:
            await line.take(notifications.service, [unreadable, contact])
        assert [one["offset"] for one in logs if one["event"] == "contact_unreadable"] == [7]
    letters = await notifications.rows(select(OutboxRow).where(OutboxRow.topic == "ocop.notifications.dlq"))
    assert len(letters) == 1
    assert (await read_contact(notifications)).email == "dao@example.com"
