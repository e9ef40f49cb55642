"""By when an appeal is decided: as usual, but in time for the waiting list, and never before the reviewer can read it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from registration.appeals.domain import Appeal, decide_by, move

NOW = datetime(2020, 8, 10, 2, tzinfo=UTC)
USUAL = datetime(2020, 8, 17, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first_on", "decided_by"),
    [
        (date(2020, 9, 20), USUAL),
        (date(2020, 8, 20), datetime(2020, 8, 13, 10, tzinfo=UTC)),  # 17:00 in Vietnam, a week before the first day
        (date(2020, 8, 22), datetime(2020, 8, 14, 10, tzinfo=UTC)),  # a week before is a Saturday: on Friday
        (date(2020, 8, 12), datetime(2020, 8, 11, 2, tzinfo=UTC)),  # that has passed: a day from now
    ],
)
def test_the_usual_date_gives_way_to_the_waiting_list_and_that_to_a_day_from_now(
    first_on: date, decided_by: datetime
) -> None:
    assert decide_by(USUAL, NOW, first_on, 7) == decided_by


def test_a_date_that_a_pause_moved_to_a_sunday_falls_on_monday() -> None:
    appeal = Appeal(UUID(int=1), UUID(int=2), None, (), "chu-the", NOW, USUAL)
    sunday = USUAL + timedelta(days=6)
    assert move(appeal, sunday, NOW, date(2020, 10, 9), 7).decide_by_at == USUAL + timedelta(days=7)


def test_a_date_that_a_pause_moved_to_a_holiday_falls_on_the_day_after() -> None:
    appeal = Appeal(UUID(int=1), UUID(int=2), None, (), "chu-the", NOW, USUAL)
    national_day = datetime(2020, 9, 2, 2, tzinfo=UTC)
    assert move(appeal, national_day, NOW, date(2020, 10, 9), 7).decide_by_at == national_day + timedelta(days=1)


def test_a_day_from_now_is_a_working_day_unless_the_fair_begins_before() -> None:
    friday = datetime(2020, 8, 14, 2, tzinfo=UTC)
    assert decide_by(friday, friday, date(2020, 8, 20), 7) == friday + timedelta(days=3)
    assert decide_by(friday, friday, date(2020, 8, 15), 7) == friday + timedelta(days=1)
