"""The solver's worker ends when it is told to, wherever it is, and lets another lead."""

import asyncio

import pytest
from sqlalchemy import text
from tests.harness import Harness

from allocation.runs.worker import LEADER, solve_runs
from allocation.settings import Settings

STOP_SECONDS = 10
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'runs'::regclass")
LEADING = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")


async def test_a_worker_that_is_stopped_within_a_statement_ends_and_lets_another_lead(allocation: Harness):
    settings = allocation.service.settings
    assert isinstance(settings, Settings)
    async with allocation.service.engine.connect() as other:
        await other.execute(text("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE"))
        worker = asyncio.create_task(solve_runs(allocation.service, settings))
        async with asyncio.timeout(STOP_SECONDS):
            while not await other.scalar(WAITING):  # the server alone knows that the worker waits
                await asyncio.sleep(0)
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(worker, STOP_SECONDS)
        await other.rollback()
        async with asyncio.timeout(STOP_SECONDS):
            while not await other.scalar(LEADING, {"name": LEADER}):
                await asyncio.sleep(0)
        await other.invalidate()  # no test after this one finds the lock taken
