"""What a restored database forgot of its mails is folded back, and nobody is told a second time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.factories import VENDOR_ID, sample
from tests.notifications.conftest import DROP, Office
from tests.notifications.notices.told import agency_contact
from tests.recalling import MakeRecalling, Recalling, outcomes

from common.contracts.notifications import NoticeDelivered, NoticeFailed
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationSubmitted,
    ContactRecorded,
    EditionAnnounced,
)
from notifications.notices.tables import NoticeRow

KNOWN: list[Any] = [sample(EditionAnnounced), sample(ContactRecorded), agency_contact()]


@pytest.fixture
def back(office: Office, recalling: MakeRecalling) -> Recalling:
    return recalling(office.service)


async def states(office: Office) -> list[tuple[str, str, int]]:
    rows = await office.service.rows(select(NoticeRow).order_by(NoticeRow.recipient_kind))
    return [(row.recipient_kind, row.state, row.attempts) for row in rows]


async def test_what_was_sent_after_the_backup_is_not_sent_again_once_its_event_is_read_again(
    office: Office, back: Recalling
) -> None:
    service = office.service
    await service.deliver(*KNOWN, sample(ApplicationSubmitted))
    await office.send_all()
    await back.back_up()
    before = len(office.server.mails)
    accepted = [service.record(sample(ApplicationAccepted))]
    await service.deliver_records(accepted)
    await office.send_all()
    sent = len(office.server.mails)
    assert sent == before + 2  # the vendor, and the agency that nominated it
    told = await states(office)
    await back.go_back()
    assert outcomes(await back.settle()) == [("notice_delivered", "reapplied")] * 2
    await service.deliver_records(accepted)
    await office.send_all()
    assert len(office.server.mails) == sent
    assert await states(office) == told
    assert await service.emitted() == []


async def test_a_notice_that_was_due_in_the_backup_and_sent_since_is_not_sent_again(
    office: Office, back: Recalling
) -> None:
    await office.service.deliver(*KNOWN, sample(ApplicationSubmitted))
    await back.back_up()
    await office.send_all()
    sent = len(office.server.mails)
    await back.go_back()
    assert outcomes(await back.settle()) == [("notice_delivered", "reapplied")]
    await office.send_all()
    assert len(office.server.mails) == sent


async def test_a_refused_mail_and_one_that_nobody_may_be_told_stay_so(office: Office, back: Recalling) -> None:
    await back.back_up()
    silent = sample(ContactRecorded).model_copy(update={"may_be_told": ()})
    office.server.answers.append("rcpt:550 no such mailbox")
    await office.service.deliver(sample(EditionAnnounced), silent, agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(sample(ApplicationAccepted))
    await office.send_all()
    told = await states(office)
    assert {state for _, state, _ in told} == {"failed", "suppressed"}
    await back.go_back()
    assert {how for _, how in outcomes(await back.settle())} == {"reapplied"}
    assert await states(office) == told


async def test_a_known_mail_of_unknown_outcome_is_sent_once_more_with_its_message_id(
    office: Office, back: Recalling
) -> None:
    await office.service.deliver(*KNOWN, sample(ApplicationSubmitted))
    await back.back_up()
    office.server.answers.append(DROP)
    await office.send_all()
    await back.go_back()
    assert outcomes(await back.settle()) == [("notice_outcome_unknown", "reapplied")]
    await office.send_after(timedelta(minutes=6))
    assert len(office.server.ids()) == 2
    assert len(set(office.server.ids())) == 1


async def test_an_unknown_mail_of_unknown_outcome_is_given_up_and_that_is_told(office: Office, back: Recalling) -> None:
    await back.back_up()
    office.server.answers.append(DROP)
    submitted = [office.service.record(one) for one in (*KNOWN, sample(ApplicationSubmitted))]
    await office.service.deliver_records(submitted)
    await office.send_all()
    await back.go_back()
    assert outcomes(await back.settle()) == [("notice_outcome_unknown", "voided")]
    [told] = await office.service.emitted(NoticeDelivered, NoticeFailed)
    assert isinstance(told, NoticeFailed)
    assert (told.recipient.id, told.reason_code) == (str(VENDOR_ID), "outcome_unknown")
    await office.service.deliver_records(submitted)
    await office.send_after(timedelta(hours=1))
    assert len(office.server.mails) == 1
