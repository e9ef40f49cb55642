"""A notice waits for what it needs, goes out where the contact lets it, and keeps nothing personal."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.factories import APPLICATION_ID, EDITION_ID, VENDOR_ID, sample
from tests.notifications.conftest import Office

from common.contracts.allocation import BoothOffered
from common.contracts.notifications import NoticeDelivered, NoticeFailed
from common.contracts.registration import ContactRecorded, EditionAnnounced
from notifications.notices.tables import NoticeRow


async def test_a_notice_waits_for_its_contact_and_goes_out_when_it_comes(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(BoothOffered))
    await office.send_all()
    (notice,) = await office.service.rows(select(NoticeRow))
    assert notice.state == "waiting_contact"

    await office.service.deliver(sample(ContactRecorded))
    await office.send_all()

    assert office.server.addresses == ["dao@example.com"]


async def test_a_notice_waits_for_its_edition_and_goes_out_when_it_comes(office: Office):
    await office.service.deliver(sample(ContactRecorded), sample(BoothOffered))
    await office.send_all()
    (notice,) = await office.service.rows(select(NoticeRow))
    assert notice.state == "waiting_edition"

    await office.service.deliver(sample(EditionAnnounced))
    await office.send_all()

    assert len(office.server.mails) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"may_be_told": ["edition_cancelled"]}, "not_allowed"),
        ({"may_be_told": []}, "not_allowed"),
        ({"preferred_channels": []}, "not_allowed"),
        ({"email": None}, "no_address"),
    ],
)
async def test_what_may_not_or_cannot_be_told_fails_with_its_reason(
    office: Office, changes: dict[str, Any], reason: str
):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded, **changes), sample(BoothOffered))
    await office.send_all()

    (event,) = await office.service.emitted()
    assert isinstance(event, NoticeFailed)
    assert (event.reason_code, event.attempt) == (reason, 0)
    assert office.server.mails == []


async def test_a_purpose_that_is_allowed_by_name_is_told(office: Office):
    await office.service.deliver(
        sample(EditionAnnounced), sample(ContactRecorded, may_be_told=["booth_offered"]), sample(BoothOffered)
    )
    await office.send_all()

    assert len(office.server.mails) == 1


@pytest.mark.parametrize("channel", ["zalo", "sms"])
async def test_who_prefers_a_channel_that_is_not_there_yet_gets_a_mail(office: Office, channel: str):
    await office.service.deliver(
        sample(EditionAnnounced), sample(ContactRecorded, preferred_channels=[channel]), sample(BoothOffered)
    )
    await office.send_all()

    (event,) = await office.service.emitted(NoticeDelivered)
    assert event.channel == "email"


async def test_an_erased_party_is_never_written_to(office: Office):
    service = office.service
    await service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(BoothOffered))
    service.clock.set(service.clock.now() + timedelta(minutes=1))
    await service.deliver_records([service.tombstone(ContactRecorded, VENDOR_ID)])
    await office.send_all()

    (event,) = await service.emitted()
    assert isinstance(event, NoticeFailed)
    assert event.reason_code == "not_allowed"
    assert office.server.mails == []


async def test_the_subject_of_a_notice_is_the_event_that_it_tells_of(office: Office):
    service = office.service
    offer = service.record(sample(BoothOffered))
    await service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    await service.deliver_records([offer])
    await office.send_all()

    (event,) = await service.emitted(NoticeDelivered)
    assert str(event.about_id).encode() == dict(offer.headers)["ce_id"]
    assert event.edition_id == EDITION_ID
    (notice,) = await service.rows(select(NoticeRow))
    assert notice.application_id == APPLICATION_ID


async def test_nothing_personal_is_in_a_notice_an_event_or_a_delivery(office: Office):
    service = office.service
    await service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(BoothOffered))
    office.server.answers = ["451 4.2.0 dao@example.com is busy"]
    await office.send_all()
    await office.send_after(timedelta(hours=1))

    found = [str(vars(row)) for row in await service.rows(select(NoticeRow))]
    found += [str(row.value) + str(row.headers) for row in await service.outbox()]
    assert len(found) == 2
    for text in found:
        assert "Đào" not in text
        assert "dao@" not in text
        assert "912345678" not in text
