"""By when an appeal is decided: as usual, but in time for the waiting list, and never before the reviewer can read it."""

from datetime import UTC, date, datetime

import pytest

from registration.appeals.domain import decide_by

NOW = datetime(2020, 8, 10, 2, tzinfo=UTC)
USUAL = datetime(2020, 8, 17, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first_on", "decided_by"),
    [
        (date(2020, 9, 20), USUAL),
        (date(2020, 8, 20), datetime(2020, 8, 13, 10, tzinfo=UTC)),  # 17:00 in Vietnam, a week before the first day
        (date(2020, 8, 12), datetime(2020, 8, 11, 2, tzinfo=UTC)),  # that has passed: a day from now
    ],
)
def test_the_usual_date_gives_way_to_the_waiting_list_and_that_to_a_day_from_now(
    first_on: date, decided_by: datetime
) -> None:
    assert decide_by(USUAL, NOW, first_on, 7) == decided_by
