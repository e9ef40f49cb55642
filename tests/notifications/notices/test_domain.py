from datetime import UTC, date, datetime, timedelta

import pytest

from notifications.deliveries.domain import RetryPolicy, wait_after
from notifications.notices.domain import next_allowed
from notifications.notices.packs import notice_rules

QUIET = notice_rules(date(2020, 6, 1)).quiet


def hanoi(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2020, 7, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (hanoi(6, 59), hanoi(7)),
        (hanoi(7), hanoi(7)),
        (hanoi(20, 59), hanoi(20, 59)),
        (hanoi(21), hanoi(7, day=2)),
        (hanoi(23, 59), hanoi(7, day=2)),
        (hanoi(0, day=2), hanoi(7, day=2)),
    ],
)
def test_quiet_hours_last_from_nine_in_the_evening_to_seven(now: datetime, allowed: datetime):
    assert next_allowed(QUIET, "booth_offered", now) == allowed
    assert next_allowed(QUIET, "edition_cancelled", now) == now


def test_before_the_first_rules_nobody_may_be_written_to():
    with pytest.raises(LookupError):
        notice_rules(date(2019, 12, 31))


def test_waits_grow_spread_by_chance_and_end():
    policy = RetryPolicy()
    waits = [wait_after(policy, attempt, 0.5) for attempt in range(1, 9)]

    assert waits[:-1] == list(policy.waits)
    assert waits[-1] is None
    assert sorted(policy.waits) == list(policy.waits)
    assert wait_after(policy, 1, 0.0) == timedelta(seconds=48)
    assert wait_after(policy, 1, 1.0) == timedelta(seconds=72)
