"""What counts as a kill: a process that ran, and ended by it; at a failpoint, one that says so itself."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest_asyncio
from tests.faults.history import History
from tests.faults.parts import Keeper

FAILS = """
import asyncio, sys
from common.delivery import failpoints
from common.logs import configure_logs
configure_logs("service", "INFO")
failpoints.arm("relay.after_send:kill")
asyncio.run(failpoints.reach(sys.argv[1]))
"""


@asynccontextmanager
async def kept(folder: Path, *words: str) -> AsyncGenerator[Keeper]:
    keeper = Keeper("service", words, dict(os.environ), folder, History(folder / "history.jsonl"))
    keeper.begin()
    async with asyncio.timeout(10):
        while not keeper.history.entries:  # its start
            await asyncio.sleep(0.01)
    keeper.held = True  # nobody comes after the first
    try:
        yield keeper
    finally:
        await keeper.end()
        keeper.history.close()


@pytest_asyncio.fixture
async def sleeper(tmp_path: Path) -> AsyncGenerator[Keeper]:
    async with kept(tmp_path, "sleep", "60") as keeper:
        yield keeper


async def test_a_process_that_ran_and_was_killed_counts(sleeper: Keeper):
    assert await sleeper.kill()


async def test_a_process_that_had_ended_before_does_not_count_as_killed(sleeper: Keeper):
    assert await sleeper.kill()
    assert not await sleeper.kill()


async def test_an_end_at_a_failpoint_counts_there_and_nowhere_else(tmp_path: Path):
    async with kept(tmp_path, sys.executable, "-c", FAILS, "relay.after_send") as keeper:
        assert await keeper.wait_for_death(1, 20)
        assert keeper.ended_at("relay.after_send")
        assert not keeper.ended_at("relay.mid_batch")


async def test_a_kill_from_outside_is_no_end_at_a_failpoint(sleeper: Keeper):
    assert await sleeper.kill()
    assert not sleeper.ended_at("relay.after_send")
