from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.factories import sample
from tests.harness import Harness

from common.contracts.allocation import (
    BoothConfirmed,
    BoothDeclined,
    BoothMoved,
    BoothOffered,
    BoothOfferExpired,
    BoothReleased,
)
from common.contracts.base import Event
from common.contracts.registration import EditionAnnounced, EditionCancelled, EditionRescheduled, EditionSuspended
from notifications.notices.tables import NoticeRow
from notifications.offers import handlers

REPLY_BY = datetime(2020, 6, 5, 3, 0, tzinfo=UTC)
"""10:00 in Hanoi, four days after the clock's start."""
REMIND_AT = REPLY_BY - timedelta(days=1)


def an_offer(**changes: Any) -> BoothOffered:
    return sample(BoothOffered, **({"reply_by_at": REPLY_BY} | changes))


async def reminders(service: Harness, at: datetime = REMIND_AT) -> list[NoticeRow]:
    service.clock.set(at)
    await service.run(handlers.remind_holders, 200)
    return await service.rows(select(NoticeRow).where(NoticeRow.purpose == "offer_reminder"))


async def test_the_holder_is_reminded_once_a_day_before_the_answer_is_due(notifications: Harness):
    await notifications.deliver(sample(EditionAnnounced), an_offer())
    assert await notifications.run(handlers.find_next_due) == REMIND_AT
    assert await reminders(notifications, REMIND_AT - timedelta(seconds=1)) == []

    assert len(await reminders(notifications)) == 1
    assert len(await reminders(notifications, REMIND_AT + timedelta(hours=1))) == 1
    assert await notifications.run(handlers.find_next_due) is None


async def test_a_reminder_tells_of_the_offer(notifications: Harness):
    await notifications.deliver(an_offer())
    (reminder,) = await reminders(notifications)

    (offer,) = await notifications.rows(select(NoticeRow).where(NoticeRow.purpose == "booth_offered"))
    assert (reminder.about_id, reminder.facts, reminder.recipient_id) == (
        offer.about_id,
        offer.facts,
        offer.recipient_id,
    )


@pytest.mark.parametrize("kind", [BoothConfirmed, BoothDeclined, BoothOfferExpired, BoothReleased])
async def test_nobody_is_reminded_of_an_offer_that_is_no_longer_open(notifications: Harness, kind: type[Event]):
    await notifications.deliver(an_offer(), sample(kind))

    assert await reminders(notifications) == []


async def test_nobody_is_reminded_while_the_edition_is_suspended(notifications: Harness):
    await notifications.deliver(sample(EditionAnnounced), an_offer(), sample(EditionSuspended))

    assert await notifications.run(handlers.find_next_due) is None
    assert await reminders(notifications) == []


@pytest.mark.parametrize("kind", [EditionRescheduled, EditionCancelled])
async def test_an_offer_made_before_new_dates_or_a_cancellation_is_not_reminded_of(
    notifications: Harness, kind: type[Event]
):
    await notifications.deliver(sample(EditionAnnounced), an_offer())
    notifications.clock.set(notifications.clock.now() + timedelta(hours=1))
    await notifications.deliver(sample(kind))

    assert await reminders(notifications) == []


async def test_the_new_offer_is_reminded_of_even_if_heard_of_before_the_new_dates(notifications: Harness):
    await notifications.deliver(sample(EditionAnnounced), sample(EditionSuspended))
    await notifications.deliver(sample(BoothReleased, reason_code="asked_again"), an_offer())
    await notifications.deliver(sample(EditionRescheduled))

    assert len(await reminders(notifications)) == 1


async def test_an_offer_of_a_day_is_not_reminded_of_as_it_comes(notifications: Harness):
    await notifications.deliver(an_offer(reply_by_at=notifications.clock.now() + timedelta(hours=24)))

    assert await notifications.run(handlers.find_next_due) is None


async def test_a_reminder_waits_for_the_end_of_the_night_and_is_not_made_if_the_answer_comes_by_then(
    notifications: Harness,
):
    # 23:00 in Hanoi: the reminder would be due in the quiet hours of the night before
    await notifications.deliver(an_offer(reply_by_at=datetime(2020, 6, 5, 16, 0, tzinfo=UTC)))
    morning = datetime(2020, 6, 5, 0, 0, tzinfo=UTC)
    assert await notifications.run(handlers.find_next_due) == morning
    await notifications.deliver(sample(BoothConfirmed))

    assert await reminders(notifications, morning) == []


async def test_a_reminder_names_the_booth_that_the_offer_is_for_now(notifications: Harness):
    await notifications.deliver(an_offer(), sample(BoothMoved, new_booth_codes=["B07"]))

    (reminder,) = await reminders(notifications)
    assert reminder.facts["booth_codes"] == ["B07"]
