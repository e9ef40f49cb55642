"""Failpoints: what a setting arms acts once at the arrival meant; anything else is refused or costs nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from common.delivery.failpoints import PLACES, FailpointError, arm, reach, read_failpoints

SOURCES = [*Path("libs/common/src").rglob("*.py"), *Path("services").rglob("src/**/*.py")]
KILLED = """
import asyncio, sys
from common.delivery.failpoints import arm, reach
arm(sys.argv[1])
async def arrive():
    for number in range(1, 10):
        print(number, flush=True)
        await reach("relay.after_send")
asyncio.run(arrive())
"""


@pytest.fixture(autouse=True)
def disarmed() -> Generator[None]:
    yield
    arm("")


async def test_an_armed_place_raises_at_the_arrival_meant_and_only_then():
    arm("relay.after_send:raise@3")
    await reach("relay.after_send")
    await reach("relay.mid_batch")
    await reach("relay.after_send")
    with pytest.raises(FailpointError, match=r"relay\.after_send"):
        await reach("relay.after_send")
    await reach("relay.after_send")


async def test_several_places_are_armed_at_once():
    arm("relay.after_send:raise, consumer.before_commit:raise@2")
    await reach("consumer.before_commit")
    for place in ("relay.after_send", "consumer.before_commit"):
        with pytest.raises(FailpointError):
            await reach(place)


async def test_a_pause_holds_whoever_arrives_and_lets_the_loop_go_on():
    arm("consumer.mid_batch:pause:600")
    held = asyncio.create_task(reach("consumer.mid_batch"))
    await asyncio.wait([held], timeout=0.05)
    assert not held.done()
    held.cancel()


async def test_a_block_holds_the_whole_loop():
    arm("consumer.mid_batch:block:0.2")
    beside = asyncio.create_task(asyncio.sleep(0))
    begun = time.monotonic()
    await reach("consumer.mid_batch")
    assert time.monotonic() - begun >= 0.2
    assert not beside.done()
    await beside


def test_a_kill_ends_the_process_at_once_as_a_power_cut_would():
    words = [sys.executable, "-c", KILLED, "relay.after_send:kill@4"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.splitlines()[:4] == ["1", "2", "3", "4"]
    assert "5" not in done.stdout.splitlines()


@pytest.mark.parametrize("told", ["relay.after_sned:kill", "relay.after_send:burn", "relay.after_send", "x:kill@0"])
def test_what_is_not_known_is_refused(told: str):
    with pytest.raises(ValueError, match=r"failpoint|not place"):
        read_failpoints(told)


def test_a_service_does_not_start_with_an_unknown_place_and_lists_the_known_ones():
    environment = {**os.environ, "FAILPOINTS": "relay.after_sned:kill", "DATABASE_URL": "postgresql+asyncpg://x/y"}
    words = [sys.executable, "-m", "reporting", "serve"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "FAILPOINTS" in done.stderr
    assert "Traceback" not in done.stderr
    assert all(place in done.stderr for place in PLACES)


def test_every_place_stands_in_the_code_once():
    code = "".join(path.read_text() for path in SOURCES)
    assert {place: code.count(f'await reach("{place}")') for place in PLACES} == dict.fromkeys(PLACES, 1)
