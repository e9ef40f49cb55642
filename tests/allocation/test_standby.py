"""The process that stands by for solvers: what one question leaves behind for the next, and when it ends."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import uvloop
from pydantic import TypeAdapter
from tests.allocation.standing_by import PATIENCE, STAND_INS, child_of, is_alive, number_of, wait_until_gone
from tests.bench.allocation import make_problem

from allocation import standby as kept
from allocation.processes import PROBLEMS
from allocation.runs.domain import RunResult
from allocation.standby import Standby

MODULE = "allocation.runs.solver"
RESULTS = TypeAdapter(RunResult)


@pytest.fixture
async def standby() -> AsyncGenerator[Standby]:
    """A process that stands by, ended with the test."""
    found = Standby()
    yield found
    await found.close()


def question(booths: int = 4, applicants: int = 6, memory_mb: int = 1024) -> bytes:
    problem = make_problem(booths, applicants)
    return PROBLEMS.dump_json({"input": problem, "seed": "lot", "work": 30.0, "memory_mb": memory_mb})


async def ask_and_stop(standby: Standby) -> tuple[int, int]:
    """Cancel a question while it is worked on; return the process that stood by and the question's own."""
    asking = asyncio.create_task(standby.ask(MODULE, question(150, 470)))
    child = await child_of(standby)
    process = number_of(standby)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(PATIENCE):
            await asking
    return process, child


async def test_questions_that_follow_each_other_are_answered_by_one_process_and_alike(standby: Standby):
    first = await standby.ask(MODULE, question())
    process = number_of(standby)
    again = await standby.ask(MODULE, question())
    assert first.answer is not None
    assert (first.code, RESULTS.validate_json(first.answer).status) == (0, "optimal")
    assert (again, number_of(standby)) == (first, process)


async def test_what_one_question_may_have_of_memory_and_how_it_ends_touches_no_other():
    standby = Standby(STAND_INS)
    try:
        enough = await standby.ask("hoard", b"160")
        process = number_of(standby)
        small = await standby.ask("hoard", b"256")
        broken = await standby.ask(MODULE, b"{}")
        large = await standby.ask(MODULE, question(150, 170, memory_mb=256))
        assert (enough.code, small.code, small.answer, small.told) == (0, 1, b"", "MemoryError")
        assert (broken.code, broken.answer) == (1, b"")
        assert "pydantic" in broken.told
        assert (large.code, large.told, number_of(standby)) == (0, "", process)
    finally:
        await standby.close()


async def test_what_is_said_of_one_question_is_not_heard_with_the_next(standby: Standby):
    heard: list[bytes] = []
    await standby.ask(MODULE, question(), heard.append)
    of_the_first = len(heard)
    await standby.ask(MODULE, question(), heard.append)
    assert of_the_first > 0
    assert len(heard) == 2 * of_the_first


async def test_who_cancels_a_question_ends_its_process_and_the_next_is_answered_by_another(standby: Standby):
    process, child = await ask_and_stop(standby)
    assert standby.process is None
    assert not is_alive(process)
    await wait_until_gone(child)
    assert (await standby.ask(MODULE, question())).code == 0


async def test_one_that_was_killed_while_it_stood_by_is_replaced(standby: Standby):
    await standby.ask(MODULE, question())
    assert standby.process is not None
    standby.process.kill()
    await standby.process.wait()
    assert (await standby.ask(MODULE, question())).code == 0


async def test_it_ends_when_nothing_was_asked_for_a_while_and_not_before(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
):
    await standby.ask(MODULE, question())
    process = number_of(standby)
    await standby.end_when_idle()
    assert number_of(standby) == process
    monkeypatch.setattr(kept, "IDLE_SECONDS", 0.0)
    await standby.end_when_idle()
    assert standby.process is None
    assert not is_alive(process)


def test_it_starts_in_the_loop_that_a_service_runs_in():
    async def ask() -> int:
        standby = Standby()
        try:
            return (await standby.ask(MODULE, question())).code
        finally:
            await standby.close()

    assert uvloop.run(ask()) == 0
