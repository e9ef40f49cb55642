"""What the topic of contacts told behind the backup is so again: newer ones are there, and what was erased is gone."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.factories import sample
from tests.harness import FakeRecord
from tests.recalling import MakeRecalling, Recalling
from tests.registration.conftest import World, a_row
from tests.registration.draft_links.test_links import ask
from tests.registration.drafts.test_api import Desk, of_draft
from tests.registration.drafts.test_pages import Phone

from common.cli.settle import find_rereadings
from common.contracts.registration import ContactRecorded, PartyKind
from common.tokens import Role
from registration.draft_links.tables import DraftMailRow
from registration.drafts.tables import DraftRow
from registration.vendors.tables import ContactRow

NEW: dict[str, Any] = {"display_name": "Đào", "email": "dao@example.com", "may_be_told": ["all"]}


@pytest.fixture
def back(fair: World, recalling: MakeRecalling) -> Recalling:
    return recalling(fair.harness)


async def told(world: World) -> list[FakeRecord]:
    """Return what the topic of contacts has, as the outbox gave it out."""
    return [
        FakeRecord(row.topic, row.key, row.value, tuple((name, text.encode()) for name, text in row.headers.items()))
        for row in await world.harness.outbox()
        if row.topic == ContactRecorded.topic()
    ]


async def take_over(world: World, records: list[FakeRecord]) -> None:
    [line] = find_rereadings("registration")
    await line.take(world.harness.service, records)


async def contact_of(world: World, party_id: str) -> ContactRow | None:
    found = await world.harness.rows(select(ContactRow).where(ContactRow.party_id == UUID(party_id)))
    return found[0] if found else None


def later(world: World, minutes: int = 1) -> None:
    world.harness.clock.set(world.harness.clock.now() + timedelta(minutes=minutes))


async def test_an_erasure_is_done_again_and_told_no_second_time(fair: World, back: Recalling) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    await back.back_up()
    later(fair)
    path = f"/vendors/{vendor_id}/contact"
    assert (await fair.call("DELETE", path, Role.ORGANISER)).status_code == 204
    erased_at = fair.harness.clock.now()
    records = await told(fair)
    await back.go_back()
    later(fair, 10)
    row = await contact_of(fair, vendor_id)
    assert row is not None
    assert row.email
    before = len(await fair.harness.outbox())
    await take_over(fair, records)
    row = await contact_of(fair, vendor_id)
    assert row is not None
    assert (row.kind, row.display_name, row.email, row.phone, row.recorded_at) == (
        PartyKind.VENDOR,
        None,
        None,
        None,
        erased_at,
    )
    assert len(await fair.harness.outbox()) <= before
    assert [one.value for one in await told(fair) if one.key == vendor_id.encode()] == []


async def test_a_newer_contact_is_there_again_and_no_older_one_comes_over_it(fair: World, back: Recalling) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    await back.back_up()
    later(fair)
    await fair.ok("PUT", f"/vendors/{vendor_id}/contact", Role.VENDOR, NEW, vendor_id=vendor_id)
    records = await told(fair)
    await back.go_back()
    await take_over(fair, [*records, *records[:1]])
    await take_over(fair, records[:1])
    row = await contact_of(fair, vendor_id)
    assert row is not None
    assert (row.display_name, row.email, row.may_be_told) == ("Đào", "dao@example.com", ["all"])


async def test_an_older_contact_behind_the_erasure_of_somebody_unknown_does_not_come_back(fair: World) -> None:
    party, now = UUID(int=7), fair.harness.clock.now()
    old = fair.harness.record(sample(ContactRecorded, party_id=party), time=now)
    await take_over(fair, [fair.harness.tombstone(ContactRecorded, party, time=now + timedelta(seconds=1))])
    await take_over(fair, [old])
    row = await contact_of(fair, str(party))
    assert row is not None
    assert row.email is None


async def test_what_was_changed_since_the_restore_stays(fair: World, back: Recalling) -> None:
    vendor_id = (await fair.submitted())["vendor_id"]
    await back.back_up()
    later(fair)
    await fair.call("DELETE", f"/vendors/{vendor_id}/contact", Role.ORGANISER)
    records = await told(fair)
    await back.go_back()
    later(fair)
    await fair.ok("PUT", f"/vendors/{vendor_id}/contact", Role.VENDOR, NEW, vendor_id=vendor_id)
    await take_over(fair, records)
    row = await contact_of(fair, vendor_id)
    assert row is not None
    assert row.email == "dao@example.com"


async def test_a_contact_of_a_forgotten_vendor_is_kept_and_can_be_erased(fair: World, back: Recalling) -> None:
    await back.back_up()
    vendor_id = (await fair.apply(a_row())).json()["vendor_id"]
    records = await told(fair)
    await back.go_back()
    await take_over(fair, records)
    row = await contact_of(fair, vendor_id)
    assert row is not None
    assert row.email
    assert (await fair.call("DELETE", f"/vendors/{vendor_id}/contact", Role.ORGANISER)).status_code == 204
    assert [one.value for one in await told(fair)][-1] is None
    assert (await fair.call("DELETE", f"/vendors/{uuid4()}/contact", Role.ORGANISER)).status_code == 404


async def test_a_discarded_draft_goes_again_with_what_was_typed(fair: World, back: Recalling) -> None:
    desk = Desk(fair)
    await desk.save(of_draft(a_row()))
    await desk.call("POST", "/link-mails")
    await back.back_up()
    later(fair)
    assert (await desk.call("DELETE")).status_code == 204
    assert await fair.harness.rows(select(DraftRow)) == []
    records = await told(fair)
    await back.go_back()
    assert len(await fair.harness.rows(select(DraftRow))) == 1
    await take_over(fair, records)
    assert await fair.harness.rows(select(DraftRow)) == []


async def test_a_draft_whose_mail_alone_was_forgotten_stays(fair: World, back: Recalling) -> None:
    phone = Phone(fair)
    await ask(phone)
    await back.back_up()
    await back.go_back()
    late = fair.harness.clock.now() + timedelta(days=31)
    await take_over(fair, [fair.harness.tombstone(ContactRecorded, phone.draft_id, time=late)])
    assert len(await fair.harness.rows(select(DraftRow))) == 1
    row = await contact_of(fair, phone.draft_id)
    assert row is not None
    assert row.email is None


async def test_a_mail_with_a_link_that_was_asked_for_counts_again(fair: World, back: Recalling) -> None:
    phone = Phone(fair)
    await ask(phone)
    await back.back_up()
    later(fair)
    await ask(phone)
    records = await told(fair)
    await back.go_back()
    await take_over(fair, records)
    assert sorted(await fair.harness.rows(select(DraftMailRow.number))) == [1, 2]


async def test_the_contact_of_a_forgotten_draft_is_erased_everywhere(fair: World, back: Recalling) -> None:
    await back.back_up()
    phone = Phone(fair)
    await ask(phone)
    records = await told(fair)
    await back.go_back()
    await take_over(fair, records)
    row = await contact_of(fair, phone.draft_id)
    assert row is not None
    assert row.email is None
    [erased] = await told(fair)
    assert (erased.key, erased.value) == (phone.draft_id.encode(), None)


async def test_what_cannot_be_read_stops_nothing(fair: World) -> None:
    good = fair.harness.record(sample(ContactRecorded, party_id=UUID(int=7)))
    headers = good.headers
    bad = [
        FakeRecord(good.topic, b"no-id", good.value, headers),
        FakeRecord(good.topic, str(UUID(int=8)).encode(), b"{}", headers),
        FakeRecord(good.topic, None, None, ()),
    ]
    await take_over(fair, [*bad, good])
    assert await fair.harness.rows(select(ContactRow.party_id)) == [UUID(int=7)]
