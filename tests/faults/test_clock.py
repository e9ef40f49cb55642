"""The round's clock, and that of one service which runs ahead of it."""

from datetime import timedelta
from pathlib import Path

from tests.faults.clock import RoundClock

from launcher.scenario_clock import ScenarioClock

AHEAD = timedelta(days=3)
SOON = timedelta(seconds=5)


def test_a_service_sees_its_own_clock_which_runs_ahead_and_jumps_with_the_others(tmp_path: Path):
    clock = RoundClock(tmp_path / "clock")
    right = ScenarioClock(tmp_path / "clock")
    skewed = ScenarioClock(clock.run_ahead("allocation", AHEAD))
    for jump in (timedelta(0), timedelta(days=10), timedelta(days=-1)):
        clock.jump(jump)
        assert abs(right.now() - clock.now()) < SOON
        assert abs(skewed.now() - right.now() - AHEAD) < SOON
        assert abs(clock.now("allocation") - skewed.now()) < SOON
        assert clock.now("reporting") < clock.now("allocation")
    clock.run_right("allocation")
    assert abs(clock.now("allocation") - clock.now()) < SOON
