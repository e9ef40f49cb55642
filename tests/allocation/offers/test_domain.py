"""An offer's life and deadlines."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from allocation.offers import domain, repository
from allocation.offers.domain import Offer, OfferClosedError, OfferExpiredError, OfferState

NOON = datetime(2020, 8, 6, 5, 0, tzinfo=UTC)
OFFER = Offer(
    UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4), ("A01",), NOON, OfferState.OPEN, NOON - timedelta(days=3)
)
LATE = NOON + timedelta(seconds=1)
RULES = repository.rules_on(date(2020, 8, 20))
OPENS = datetime(2020, 8, 19, 17, 0, tzinfo=UTC)  # 20 August, 0:00 in Vietnam


def test_an_answer_in_the_last_moment_counts():
    assert domain.confirm(OFFER, NOON, is_stopped=False).state is OfferState.CONFIRMED
    assert domain.decline(OFFER, NOON, is_stopped=False).state is OfferState.DECLINED


def test_an_answer_after_the_deadline_is_refused():
    for answer in (domain.confirm, domain.decline):
        with pytest.raises(OfferExpiredError):
            answer(OFFER, LATE, is_stopped=False)


def test_no_answer_is_late_while_deadlines_are_stopped():
    assert domain.confirm(OFFER, LATE, is_stopped=True).state is OfferState.CONFIRMED


def test_the_same_answer_twice_changes_nothing():
    confirmed = domain.confirm(OFFER, NOON, is_stopped=False)
    assert domain.confirm(confirmed, LATE, is_stopped=False) is confirmed


@pytest.mark.parametrize("state", [OfferState.DECLINED, OfferState.RELEASED])
def test_another_answer_than_the_first_is_refused(state: OfferState):
    with pytest.raises(OfferClosedError):
        domain.confirm(replace(OFFER, state=state), NOON, is_stopped=False)


def test_an_expired_offer_tells_that_its_time_is_over():
    with pytest.raises(OfferExpiredError):
        domain.confirm(replace(OFFER, state=OfferState.EXPIRED), NOON, is_stopped=False)


@pytest.mark.parametrize(
    ("now", "is_stopped", "state"),
    [
        (NOON - timedelta(seconds=1), False, "open"),
        (NOON, False, "expired"),
        (LATE, False, "expired"),
        (LATE, True, "open"),
    ],
)
def test_an_offer_expires_at_its_deadline_unless_it_is_stopped(now: datetime, *, is_stopped: bool, state: str):
    assert domain.expire(OFFER, now, is_stopped=is_stopped).state == state


def test_only_an_open_offer_expires_or_is_released():
    confirmed = replace(OFFER, state=OfferState.CONFIRMED)
    assert domain.expire(confirmed, LATE, is_stopped=False) is confirmed
    assert domain.release(confirmed, LATE) is confirmed


@pytest.mark.parametrize(
    ("days_before", "hours"),
    [(15, 72), (7, 72), (6, 24), (1, 24), (0.5, 12)],
)
def test_an_offer_waits_72_hours_and_from_six_days_before_the_fair_24(days_before: float, hours: int):
    now = OPENS - timedelta(days=days_before)
    assert domain.reply_deadline(RULES, now, OPENS) == now + timedelta(hours=hours)


def test_the_last_regular_offers_are_made_three_days_before_the_fair():
    assert domain.may_offer(RULES, date(2020, 8, 17), date(2020, 8, 20))
    assert not domain.may_offer(RULES, date(2020, 8, 18), date(2020, 8, 20))
