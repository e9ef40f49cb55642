"""To whom each event is told: the vendor, its agency, both or neither, and once."""

from dataclasses import replace

import pytest
from tests.factories import sample
from tests.harness import Harness
from tests.notifications.conftest import Office
from tests.notifications.notices.told import BOTH, VENDOR, agency_contact, whom

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
from common.contracts.base import Event
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
)


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


async def test_a_waiting_place_of_a_vendor_that_applied_by_itself_is_told_to_no_agency(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ApplicationWaitlisted))
    await office.service.deliver(sample(ApplicationSubmitted, nominating_agency_code=None))
    await office.send_all()

    assert await whom(office.service, "application_waitlisted") == [VENDOR]


async def test_an_event_told_again_under_a_new_epoch_is_not_told_to_people_again(notifications: Harness):
    told = notifications.record(sample(BoothOffered))
    headers = tuple((name, b"/ocop/allocation/2" if name == "ce_source" else value) for name, value in told.headers)
    await notifications.deliver_records([told, replace(told, headers=headers)])

    assert await whom(notifications, "booth_offered") == [VENDOR]
    assert await notifications.outbox() == [], "nor is it a dead letter"
