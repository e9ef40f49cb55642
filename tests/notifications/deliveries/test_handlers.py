import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.factories import VENDOR_ID, sample
from tests.notifications.conftest import DROP, STALL, Office

from common.contracts.allocation import BoothOffered
from common.contracts.notifications import NoticeDelivered, NoticeFailed, NoticeOutcomeUnknown
from common.contracts.registration import (
    ApplicationSubmitted,
    ContactRecorded,
    EditionAnnounced,
    EditionCancelled,
    EditionSuspended,
)
from notifications.claims import handlers as claims
from notifications.deliveries import handlers
from notifications.deliveries.domain import AttemptState, Outcome, Result
from notifications.deliveries.mailer import Mailer
from notifications.deliveries.tables import DeliveryRow
from notifications.notices.tables import NoticeRow


@pytest.fixture
async def told(office: Office) -> Office:
    """One notice to a vendor whose contact is known is due."""
    await office.service.deliver(
        sample(EditionAnnounced), sample(ContactRecorded), sample(ApplicationSubmitted, channel="self")
    )
    return office


async def test_a_notice_becomes_one_mail_and_is_told_as_delivered(told: Office):
    await told.send_all()

    assert told.server.addresses == ["dao@example.com"]
    (event,) = await told.service.emitted()
    assert isinstance(event, NoticeDelivered)
    assert (event.purpose, event.recipient.id, event.attempt) == ("application_submitted", str(VENDOR_ID), 1)
    assert told.server.ids() == [f"<{event.notice_id}@example.org>"]


async def test_everything_delivered_again_from_the_start_gives_no_second_mail(told: Office):
    await told.send_all()
    await told.service.deliver_all_again()
    await told.send_all()

    assert len(told.server.mails) == 1


async def test_several_mails_go_over_one_connection(told: Office):
    await told.service.deliver(sample(BoothOffered), sample(EditionSuspended))
    await told.send_all()

    assert len(told.server.mails) == 3
    assert told.server.connections == 1


async def test_a_temporary_refusal_is_tried_again_after_a_wait(told: Office):
    told.server.answers = ["451 4.7.1 Try again later"]
    await told.send_all()
    assert await told.service.emitted() == []
    assert await told.service.run(claims.find_next_due) == told.service.clock.now() + timedelta(minutes=1)
    assert await told.service.run(claims.count_open) == 0

    await told.send_after(timedelta(seconds=59))
    assert told.server.mails == []
    await told.send_after(timedelta(seconds=1))

    (event,) = await told.service.emitted(NoticeDelivered)
    assert event.attempt == 2


async def test_waits_grow_and_end_in_failure(told: Office):
    told.server.answers = ["451 4.7.1 Try again later"] * 20
    began = told.service.clock.now()
    waits: list[timedelta] = []
    await told.send_all()
    while (due := await told.service.run(claims.find_next_due)) is not None:
        waits.append(due - told.service.clock.now())
        # a wait may end in the night and last until the morning
        await told.send_after(waits[-1])

    (event,) = await told.service.emitted(NoticeFailed)
    assert event.reason_code == "attempts_exhausted"
    assert event.attempt == len(told.policy.waits) + 1
    assert waits[:5] == list(told.policy.waits[:5])
    assert told.service.clock.now() - began >= sum(told.policy.waits, timedelta())


async def test_a_server_that_cannot_be_reached_is_tried_again(told: Office):
    told.mailer = Mailer(replace(told.post.server, port=1))
    await told.send_all()

    (attempt,) = await told.service.rows(select(DeliveryRow))
    assert attempt.state == AttemptState.FAILED
    assert await told.service.emitted() == []
    assert await told.service.run(claims.find_next_due) is not None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("rcpt:550 5.1.1 dao@example.com unknown", "mailbox_refused"), ("554 5.6.0 Content refused", "refused")],
)
async def test_a_permanent_refusal_fails_at_once(told: Office, answer: str, reason: str):
    told.server.answers = [answer]
    await told.send_all()

    (event,) = await told.service.emitted()
    assert isinstance(event, NoticeFailed)
    assert (event.reason_code, event.attempt) == (reason, 1)
    assert await told.service.run(claims.find_next_due) is None


async def test_a_refused_mail_does_not_spoil_the_connection_for_the_next(told: Office):
    await told.service.deliver(sample(BoothOffered))
    told.server.answers = ["rcpt:550 5.1.1 unknown"]
    await told.send_all()

    assert len(told.server.mails) == 1
    assert told.server.connections == 1


@pytest.mark.parametrize("fault", [DROP, STALL])
async def test_a_mail_of_unknown_outcome_is_sent_once_more_and_known_as_the_same(told: Office, fault: str):
    told.server.answers = [fault]
    told.lose_patience()
    await told.send_all()
    assert [type(event) for event in await told.service.emitted()] == [NoticeOutcomeUnknown]

    await told.send_after(told.policy.doubt)

    assert [type(event) for event in await told.service.emitted()] == [NoticeOutcomeUnknown, NoticeDelivered]
    assert len(told.server.mails) == 2
    assert len(set(told.server.ids())) == 1


async def test_an_outcome_that_stays_unknown_is_a_failure_in_the_end(told: Office):
    told.server.answers = [DROP, DROP, DROP]
    await told.send_all()
    await told.send_after(told.policy.doubt)
    await told.send_after(timedelta(days=3))

    assert len(told.server.mails) == 2
    assert [type(event) for event in await told.service.emitted()] == [NoticeOutcomeUnknown, NoticeFailed]
    (failed,) = await told.service.emitted(NoticeFailed)
    assert failed.reason_code == "outcome_unknown"


async def test_a_sender_that_died_leaves_an_unknown_outcome(told: Office):
    taken = await told.take(lease=timedelta(0))
    assert len(taken.parcels) == 1
    await told.send_all()

    assert told.server.mails == []
    assert [type(event) for event in await told.service.emitted()] == [NoticeOutcomeUnknown]
    await told.send_after(told.policy.doubt)
    assert len(told.server.mails) == 1


async def test_a_try_is_stored_before_the_server_is_called(told: Office):
    await told.take()

    (attempt,) = await told.service.rows(select(DeliveryRow))
    assert (attempt.state, attempt.number) == (AttemptState.SENDING, 1)
    assert await told.service.run(claims.count_open) == 1


async def test_two_senders_never_take_the_same_notice(told: Office):
    first = await told.take()
    second = await told.take()

    assert [len(first.parcels), len(second.parcels)] == [1, 0]


async def test_a_notice_that_another_sender_is_taking_is_passed_by(told: Office):
    async with told.service.unit_of_work() as uow:
        first = await claims.take_notices(uow, told.policy, 10, timedelta(minutes=1))
        async with asyncio.timeout(5):
            second = await told.take()

    assert [first.found, second.found] == [1, 0]


async def test_a_result_that_comes_after_the_lease_still_counts(told: Office):
    taken = await told.take(lease=timedelta(0))
    await told.send_all()
    report = handlers.Report(taken.parcels[0], Result(Outcome.SENT, 250), "0" * 64)
    await told.service.run(handlers.record_results, [report], told.policy, [0.5])
    await told.send_after(told.policy.doubt)

    assert [type(event) for event in await told.service.emitted()] == [NoticeOutcomeUnknown, NoticeDelivered]
    assert told.server.mails == []


async def test_a_late_refusal_changes_nothing_once_the_notice_was_taken_up_anew(told: Office):
    taken = await told.take(lease=timedelta(0))
    await told.send_all()
    await told.send_after(told.policy.doubt)
    report = handlers.Report(taken.parcels[0], Result(Outcome.PERMANENT, 550, "refused"))
    await told.service.run(handlers.record_results, [report], told.policy, [0.5])

    assert [type(event) for event in await told.service.emitted()] == [NoticeOutcomeUnknown, NoticeDelivered]


async def test_what_was_not_tried_is_as_if_it_had_never_been_taken(told: Office):
    taken = await told.take()
    report = handlers.Report(taken.parcels[0], Result(Outcome.NOT_TRIED))
    await told.service.run(handlers.record_results, [report], told.policy, [0.5])
    assert await told.service.rows(select(DeliveryRow)) == []

    await told.send_all()
    (event,) = await told.service.emitted(NoticeDelivered)
    assert event.attempt == 1


async def test_a_sender_behind_a_slow_server_keeps_what_it_holds(told: Office):
    taken = await told.take(lease=timedelta(0))
    await told.service.run(handlers.keep_hold, taken.parcels, timedelta(minutes=1))
    await told.send_all()

    assert await told.service.emitted() == []


async def test_nobody_is_written_to_in_the_night(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    office.service.clock.set(datetime(2020, 7, 1, 14, 0, tzinfo=UTC))  # 21:00 in Hanoi
    await office.service.deliver(sample(ApplicationSubmitted))
    await office.send_all()
    assert office.server.mails == []
    morning = datetime(2020, 7, 2, 0, 0, tzinfo=UTC)
    assert await office.service.run(claims.find_next_due) == morning
    assert await office.service.run(claims.count_open) == 0

    office.service.clock.set(morning)
    await office.send_all()
    assert len(office.server.mails) == 1


async def test_a_suspension_or_cancellation_does_not_wait_for_the_morning(told: Office):
    await told.send_all()
    told.service.clock.set(datetime(2020, 7, 1, 16, 0, tzinfo=UTC))
    await told.service.deliver(sample(EditionSuspended), sample(EditionCancelled))
    await told.send_all()

    assert len(told.server.mails) == 3


async def test_an_address_with_a_line_break_is_refused_before_the_server_is_called(office: Office):
    await office.service.deliver(
        sample(EditionAnnounced),
        sample(ContactRecorded, display_name="Đào\r\nBcc: all"),
        sample(ApplicationSubmitted),
    )
    await office.send_all()

    (event,) = await office.service.emitted()
    assert isinstance(event, NoticeFailed)
    assert event.reason_code == "content_refused"
    assert office.server.connections == 0


async def test_the_events_belong_to_the_story_that_they_tell_of(told: Office):
    await told.send_all()

    (row,) = await told.service.outbox()
    (notice,) = await told.service.rows(select(NoticeRow))
    assert row.headers["ce_correlationid"] == notice.correlation_id
    assert row.headers["ce_causationid"] == str(notice.about_id)
