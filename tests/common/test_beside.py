"""A process beside the service: what it does to itself, the service survives."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from common.beside import Beside, Limits, ProcessFailedError

MODULE = "tests.common.answering"


@pytest.fixture
async def beside() -> AsyncGenerator[Beside]:
    made = Beside(MODULE)
    yield made
    await made.close()


async def test_jobs_are_answered_in_their_order_by_one_process(beside: Beside):
    assert await asyncio.gather(*(beside.ask(job) for job in (b"one", b"two", b"three"))) == [b"ONE", b"TWO", b"THREE"]
    first = beside.process
    assert await beside.ask(b"x" * 1_000_000) == b"X" * 1_000_000
    assert beside.process is first


async def test_a_job_that_breaks_its_process_is_told_with_the_last_words_and_the_next_is_done(beside: Beside):
    with pytest.raises(ProcessFailedError, match="the last words"):
        await beside.ask(b"break")
    assert await beside.ask(b"next") == b"NEXT"


async def test_a_job_that_never_ends_is_ended(beside: Beside):
    patient = Beside(MODULE, Limits(seconds=3))
    with pytest.raises(ProcessFailedError, match="no answer in 3 s"):
        await patient.ask(b"never end")
    assert patient.process is None
    assert await beside.ask(b"next") == b"NEXT"


async def test_a_job_that_takes_too_much_memory_fails_alone(beside: Beside):
    with pytest.raises(ProcessFailedError, match="MemoryError"):
        await beside.ask(b"take much")
    assert await beside.ask(b"next") == b"NEXT"


async def test_what_is_only_reserved_is_not_counted(beside: Beside):
    """As stacks of threads and libraries do, of which nothing is resident: address space is no memory."""
    assert await beside.ask(b"reserve much") == str(1 << 30).encode()


async def test_after_so_many_jobs_a_new_process_takes_over():
    beside = Beside(MODULE, Limits(jobs=2))
    seen: list[int] = []
    for job in (b"a", b"b", b"c"):
        assert await beside.ask(job) == job.upper()
        assert beside.process is not None
        seen.append(beside.process.pid)
    await beside.close()
    assert seen[0] == seen[1] != seen[2]


async def test_several_may_end_it_at_once_and_a_job_under_way_fails_and_is_not_done_again(beside: Beside):
    """As a service that stops while the process is being ended for having had no work."""
    assert await beside.ask(b"one") == b"ONE"
    job = asyncio.create_task(beside.ask(b"never end"))
    await asyncio.sleep(0)  # it is handed over
    async with asyncio.timeout(20):
        ended = await asyncio.gather(beside.close(), beside.close(), job, return_exceptions=True)
    assert ended[:2] == [None, None]
    assert isinstance(ended[2], ProcessFailedError)
    assert beside.process is None
