"""What decides runs whenever a scenario's clock moves; what only tidies keeps to its interval, and is not waited for."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from common.clock import FixedClock
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork
from common.timers import BATCH, TIDY_SECONDS, Timer, Timers

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


class Looking(Timers):
    """Timers whose commands are told and not run: of each timer how many things it does in its next runs."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__(cast("UnitsOfWork", None), clock, 1.0, follow=True)
        self.ran: list[str] = []
        self.to_do: list[int | Exception] = []
        self.timers = [Timer("decides", HOUR, command), Timer("tidies", HOUR, command, tidies=True)]

    async def run_once(self, timer: Timer) -> int:
        self.ran.append(timer.name)
        done = self.to_do.pop(0) if self.to_do else 0
        if isinstance(done, Exception):
            raise done
        return done


async def test_housekeeping_is_looked_at_no_sooner_than_seconds_after_the_last_look_however_fast_the_clock_goes():
    clock = FixedClock(NOW)
    timers = Looking(clock)
    await timers.look(at=100.0)
    clock.set(NOW + HOUR)
    await timers.look(at=100.0 + TIDY_SECONDS - 0.1)
    assert timers.ran == ["decides", "tidies", "decides"]
    await timers.look(at=100.0 + TIDY_SECONDS)
    assert timers.ran == ["decides", "tidies", "decides", "tidies"]
    clock.set(NOW + 2 * HOUR)
    await timers.look(at=100.0 + 2 * TIDY_SECONDS - 0.1)
    assert timers.ran == ["decides", "tidies", "decides", "tidies", "decides"]


async def test_what_decides_is_run_again_until_it_does_less_than_it_may_and_then_rests_while_the_clock_stands():
    timers = Looking(FixedClock(NOW))
    timers.to_do = [BATCH, BATCH, BATCH - 1]
    await timers.look(at=0.0)
    assert timers.ran == ["decides", "decides", "decides", "tidies"]
    assert timers.timers[0].last_run_at == NOW
    await timers.look(at=1.0)
    assert timers.ran == ["decides", "decides", "decides", "tidies"]


async def test_what_failed_is_tried_again_at_the_next_look_and_keeps_nothing_else_back():
    timers = Looking(FixedClock(NOW))
    timers.to_do = [RuntimeError("the database is away")]
    await timers.look(at=0.0)
    assert timers.ran == ["decides", "tidies"]
    assert timers.timers[0].last_run_at is None
    await timers.look(at=1.0)
    assert timers.ran == ["decides", "tidies", "decides"]
