from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.factories import APPLICATION_ID, EDITION_ID, PAPER, PRODUCT, VENDOR_ID, sample
from tests.harness import Harness
from tests.notifications.conftest import Office

from common.contracts.allocation import (
    ApplicationClosedUnplaced,
    ApplicationWaitlisted,
    BoothConfirmed,
    BoothDeclined,
    BoothMoved,
    BoothOffered,
    BoothOfferExpired,
    BoothReleased,
)
from common.contracts.base import Event, agency_party_id
from common.contracts.notifications import NoticeDelivered, NoticeFailed
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CertificateExpiring,
    ContactRecorded,
    EditionAnnounced,
    EditionCancelled,
    EditionRescheduled,
    EditionSuspended,
    PartyKind,
)
from common.links import sign
from notifications.claims import handlers as claims
from notifications.deliveries.domain import RetryPolicy
from notifications.notices.tables import NoticeRow

AGENCY = "02.snn"


def agency_contact() -> ContactRecorded:
    contact = sample(
        ContactRecorded,
        party_id=agency_party_id(AGENCY),
        display_name="Sở NN Hà Giang",
        email="snn@example.net",
    )
    return contact.model_copy(update={"kind": PartyKind.AGENCY})


async def whom(service: Harness, purpose: str) -> list[tuple[str, str | None]]:
    """Return to whom notices go once their turn has come: then it is looked up which agency nominated."""
    await service.run(claims.take_notices, RetryPolicy(), 100, timedelta(minutes=1))
    rows = await service.rows(select(NoticeRow).where(NoticeRow.purpose == purpose))
    return sorted((row.recipient_kind, row.recipient_id) for row in rows)


VENDOR = ("vendor", str(VENDOR_ID))
BOTH = [("agency", AGENCY), VENDOR]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (ApplicationReturned, BOTH),
        (ApplicationAccepted, BOTH),
        (ApplicationRejected, BOTH),
        (ApplicationWaitlisted, BOTH),
        (CertificateExpiring, BOTH),
        (ApplicationRevoked, [VENDOR]),
        (ApplicationWithdrawn, [VENDOR]),
        (ApplicationClosedUnplaced, [VENDOR]),
        (BoothOffered, [VENDOR]),
        (BoothConfirmed, [VENDOR]),
        (BoothDeclined, [VENDOR]),
        (BoothOfferExpired, [VENDOR]),
        (BoothMoved, [VENDOR]),
        (BoothReleased, [VENDOR]),
    ],
)
async def test_each_event_is_told_to_whom_it_concerns(
    notifications: Harness, kind: type[Event], told: list[tuple[str, str]]
):
    await notifications.deliver(sample(ApplicationSubmitted), sample(kind))

    assert await whom(notifications, kind.event_name()) == told


async def test_a_vendor_that_applied_by_itself_has_no_agency_to_tell(notifications: Harness):
    await notifications.deliver(
        sample(ApplicationSubmitted, nominating_agency_code=None, channel="self"), sample(ApplicationAccepted)
    )

    assert await whom(notifications, "application_accepted") == [VENDOR]


async def test_a_release_to_be_asked_again_is_told_by_the_new_offer_only(notifications: Harness):
    await notifications.deliver(sample(BoothReleased, reason_code="asked_again"), sample(BoothOffered))

    assert await whom(notifications, "booth_released") == []
    assert await whom(notifications, "booth_offered") == [VENDOR]


def words_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]


async def test_who_loses_its_booth_where_there_are_fewer_is_told_once_and_by_which_paper(office: Office):
    service = office.service
    paper = {**PAPER, "number": "3667", "title": "Giãn cách gian hàng"}
    await service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(ApplicationSubmitted))
    await office.send_all()
    office.server.mails.clear()
    await service.deliver(
        sample(BoothReleased, reason_code="capacity_changed"),
        sample(ApplicationWaitlisted, run_id=None, released_booth_codes=["A01"], legal_document=paper),
    )
    await office.send_all()

    assert await whom(service, "booth_released") == []
    (mail,) = [one for one in office.server.mails if "dao@example.com" in str(one["To"])]
    text = words_of(mail)
    assert "Gian hàng A01 không còn được giữ" in text
    assert "3667" in text
    assert "Giãn cách gian hàng" in text


async def test_who_loses_its_booth_is_told_of_the_edition_before_its_place_in_the_line_is_heard_of(
    notifications: Harness,
):
    await notifications.deliver(
        sample(ApplicationSubmitted), sample(BoothConfirmed), sample(BoothReleased, reason_code="capacity_changed")
    )
    await notifications.deliver(sample(EditionSuspended))

    assert await whom(notifications, "edition_suspended") == BOTH


@pytest.mark.parametrize("kind", [EditionSuspended, EditionRescheduled, EditionCancelled])
async def test_everyone_who_takes_part_is_told_of_the_edition_once(notifications: Harness, kind: type[Event]):
    other = {"application_id": uuid4(), "vendor_id": uuid4()}
    gone = {"application_id": uuid4(), "vendor_id": uuid4(), "nominating_agency_code": "10.snn"}
    declined = {"application_id": uuid4(), "vendor_id": uuid4(), "nominating_agency_code": None}
    await notifications.deliver(sample(ApplicationSubmitted), sample(ApplicationSubmitted, **other))
    await notifications.deliver(sample(ApplicationSubmitted, **gone), sample(ApplicationWithdrawn, **gone))
    await notifications.deliver(
        sample(ApplicationSubmitted, **declined), sample(BoothOffered, **declined), sample(BoothDeclined, **declined)
    )
    await notifications.deliver(sample(kind))

    assert await whom(notifications, kind.event_name()) == sorted([*BOTH, ("vendor", str(other["vendor_id"]))])


async def test_a_holder_that_is_asked_again_still_takes_part(notifications: Harness):
    await notifications.deliver(sample(ApplicationSubmitted), sample(BoothConfirmed))
    await notifications.deliver(sample(BoothReleased, reason_code="asked_again"))
    await notifications.deliver(sample(EditionSuspended))

    assert VENDOR in await whom(notifications, "edition_suspended")


async def test_a_cancellation_is_told_to_holders_whose_release_was_heard_of_first(notifications: Harness):
    waiting = {"application_id": uuid4(), "vendor_id": uuid4()}
    await notifications.deliver(sample(ApplicationSubmitted), sample(ApplicationSubmitted, **waiting))
    await notifications.deliver(
        sample(BoothReleased, reason_code="edition_cancelled"),
        sample(ApplicationClosedUnplaced, reason_code="edition_cancelled", **waiting),
    )
    await notifications.deliver(sample(EditionCancelled))

    assert await whom(notifications, "edition_cancelled") == sorted([*BOTH, ("vendor", str(waiting["vendor_id"]))])


async def test_a_waiting_place_heard_of_before_its_application_is_told_to_the_agency_later(office: Office):
    service = office.service
    await service.deliver(sample(EditionAnnounced), sample(ContactRecorded), agency_contact())
    await service.deliver(sample(ApplicationWaitlisted))
    await office.send_all()
    assert office.server.addresses == ["dao@example.com"]

    await service.deliver(sample(ApplicationSubmitted))
    await office.send_all()

    assert await whom(service, "application_waitlisted") == BOTH
    assert sorted(office.server.addresses) == ["dao@example.com", "dao@example.com", "snn@example.net"]


async def test_a_supplement_is_asked_for_with_the_link_that_registration_opens_and_the_agency_gets_none(office: Office):
    told = (sample(EditionAnnounced), sample(ContactRecorded), agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(*told, sample(ApplicationReturned))
    await office.send_all()
    token = sign("a-key-for-tests", "open_application", str(APPLICATION_ID))
    link = f"/registration/applications/{APPLICATION_ID}/status?token={token}"
    of_returns = [mail for mail in office.server.mails if "bổ sung" in mail["Subject"]]
    has_link = {
        mail["To"]: all(link in str(part.get_content()) for part in mail.walk() if not part.is_multipart())
        for mail in of_returns
    }
    assert {"dao@example.com" in address: found for address, found in has_link.items()} == {True: True, False: False}


async def test_a_lapse_is_told_to_the_vendor_and_its_agency_in_words_of_its_own(office: Office):
    told = (sample(EditionAnnounced), sample(ContactRecorded), agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(*told, sample(ApplicationAccepted), sample(ApplicationAccepted, lapsed=[PRODUCT]))
    await office.send_all()
    mails = [mail for mail in office.server.mails if "hết hiệu lực" in mail["Subject"]]
    assert len(mails) == 2
    assert all("Trà xanh Phìn Hồ: có hiệu lực đến hết ngày 30/12/2022" in words_of(mail) for mail in mails)


async def test_a_warning_names_the_product_the_day_and_how_long_is_left(office: Office):
    told = (sample(EditionAnnounced), sample(ContactRecorded), agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(*told, sample(CertificateExpiring, products=[PRODUCT], days_left=30))
    await office.send_all()
    mails = [mail for mail in office.server.mails if "sắp hết hiệu lực (còn 30 ngày)" in mail["Subject"]]
    assert len(mails) == 2
    for said in (
        "Trà xanh Phìn Hồ: có hiệu lực đến hết ngày 30/12/2022",
        "Trà xanh Phìn Hồ: valid until 30 December 2022",
    ):
        assert all(said in words_of(mail) for mail in mails)


async def test_a_waiting_place_of_a_vendor_that_applied_by_itself_is_told_to_no_agency(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ApplicationWaitlisted))
    await office.service.deliver(sample(ApplicationSubmitted, nominating_agency_code=None))
    await office.send_all()

    assert await whom(office.service, "application_waitlisted") == [VENDOR]


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


async def test_an_event_told_again_under_a_new_epoch_is_not_told_to_people_again(notifications: Harness):
    told = notifications.record(sample(BoothOffered))
    headers = tuple((name, b"/ocop/allocation/2" if name == "ce_source" else value) for name, value in told.headers)
    await notifications.deliver_records([told, replace(told, headers=headers)])

    assert await whom(notifications, "booth_offered") == [VENDOR]
    assert await notifications.outbox() == [], "nor is it a dead letter"


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
