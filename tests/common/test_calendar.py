"""Working days as offices in Vietnam keep them."""

from datetime import UTC, date, datetime

import holidays
import pytest

from common.calendar import is_working_day, last_working, next_working
from common.days_off import DAYS_OFF


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2020, 9, 1), True),
        (date(2020, 9, 2), False),  # the national day
        (date(2020, 4, 2), False),  # the Hùng Kings, by the lunar calendar
        (date(2020, 1, 24), False),  # the eve of Tết
        (date(2020, 1, 29), False),  # instead of Tết's Saturday and Sunday
        (date(2020, 1, 30), True),
        (date(2021, 5, 3), False),  # instead of 1 May, a Saturday
        (date(2023, 5, 2), False),  # the Kings on Saturday 29 and 30 April on Sunday: Monday was 1 May itself
        (date(2023, 5, 3), False),
        (date(2023, 9, 1), False),  # the second day off at the national day
        (date(2023, 9, 4), False),  # instead of 2 September, a Saturday
        (date(2026, 2, 20), False),  # instead of a Sunday of Tết
        (date(2026, 2, 23), True),
        (date(2020, 8, 22), False),  # a Saturday
        (date(2041, 9, 2), False),  # a year whose lunar days are not in the table
    ],
)
def test_offices_work_from_monday_to_friday_but_for_holidays(day: date, works: bool) -> None:  # noqa: FBT001
    assert is_working_day(day) is works


def test_days_are_those_of_hanoi() -> None:
    saturday_in_hanoi = datetime(2020, 8, 21, 18, tzinfo=UTC)
    assert next_working(saturday_in_hanoi) == datetime(2020, 8, 23, 18, tzinfo=UTC)
    friday_in_hanoi = datetime(2020, 8, 20, 18, tzinfo=UTC)
    assert next_working(friday_in_hanoi) == friday_in_hanoi


def test_the_last_working_day_lies_before() -> None:
    assert last_working(date(2020, 9, 2)) == date(2020, 9, 1)
    assert last_working(date(2020, 8, 23)) == date(2020, 8, 21)


@pytest.mark.parametrize("year", DAYS_OFF)
def test_the_table_of_days_off_is_that_of_the_library(year: int) -> None:
    weekdays = [day for day in sorted(holidays.country_holidays("VN", years=year)) if day.weekday() < 5]
    assert DAYS_OFF[year] == " ".join(f"{day:%m-%d}" for day in weekdays)
