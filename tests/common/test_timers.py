"""What decides runs whenever a scenario's clock moves; what only tidies keeps to its interval, and is not waited for."""

from datetime import UTC, datetime, timedelta

import pytest

from common.delivery.unit_of_work import UnitOfWork
from common.timers import Timer

NOW = datetime(2020, 8, 5, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def command(_uow: UnitOfWork, _limit: int) -> int:
    return 0


@pytest.mark.parametrize(
    ("passed", "by_interval", "by_clock"),
    [(timedelta(0), False, False), (timedelta(minutes=59), False, True), (HOUR, True, True)],
)
def test_what_decides_is_due_by_every_move_of_a_clock_that_it_follows(
    passed: timedelta, by_interval: object, by_clock: object
):
    timer = Timer("a command", HOUR, command, last_run_at=NOW)

    assert timer.is_due(NOW + passed, follow=False) is by_interval
    assert timer.is_due(NOW + passed, follow=True) is by_clock


@pytest.mark.parametrize("passed", [timedelta(0), timedelta(minutes=59), HOUR])
def test_what_tidies_is_due_by_its_interval_alone(passed: timedelta):
    timer = Timer("a command", HOUR, command, tidies=True, last_run_at=NOW)

    assert timer.is_due(NOW + passed, follow=True) is timer.is_due(NOW + passed, follow=False) is (passed >= HOUR)


def test_a_timer_that_never_ran_is_due():
    assert Timer("a command", HOUR, command, tidies=True).is_due(NOW, follow=False)
