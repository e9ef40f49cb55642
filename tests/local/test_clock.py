"""The shared scenario clock: one instant for all processes, never backwards."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launcher.scenario_clock import ScenarioClock, ScenarioClockWriter

START = datetime(2000, 1, 1, tzinfo=UTC)
COVID = datetime(2020, 8, 1, 2, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock"


def test_readers_see_what_the_writer_sets_to_the_microsecond(path: Path):
    writer, reader = ScenarioClockWriter(path, START), ScenarioClock(path)
    assert reader.now() == START
    writer.set(COVID)
    assert reader.now() == COVID
    assert reader.now().tzinfo is UTC


def test_another_process_sees_it_too(path: Path):
    writer = ScenarioClockWriter(path, START)
    read = (
        "import sys, pathlib; from launcher.scenario_clock import ScenarioClock as C; c = C(pathlib.Path(sys.argv[1]))"
    )
    loop = f"{read}\nfor line in sys.stdin: print(c.now().isoformat(), flush=True)"
    words = [sys.executable, "-c", loop, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for instant in (COVID, COVID + timedelta(days=60)):
            writer.set(instant)
            other.stdin.write("now?\n")
            other.stdin.flush()
            assert datetime.fromisoformat(other.stdout.readline().strip()) == instant


def test_the_clock_does_not_go_back(path: Path):
    writer = ScenarioClockWriter(path, START)
    writer.set(COVID)
    with pytest.raises(ValueError, match="does not go back"):
        writer.set(COVID - timedelta(microseconds=1))
    assert ScenarioClock(path).now() == COVID


def test_a_clock_that_is_there_goes_on_where_it_was(path: Path):
    ScenarioClockWriter(path, START).set(COVID)
    assert ScenarioClockWriter(path, START).now() == COVID


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001  # hypothesis adds the zone below
def test_every_instant_comes_back_whatever_zone_it_was_told_in(
    tmp_path_factory: pytest.TempPathFactory, naive: datetime
):
    told = naive.replace(tzinfo=timezone(timedelta(hours=7)))
    path = tmp_path_factory.mktemp("clock") / "clock"
    assert ScenarioClockWriter(path, told).now() == told
