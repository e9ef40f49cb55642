"""A question whose process breaks off, a process that stands by and is gone, and a service that is killed: what is told, what is left."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncGenerator, Callable
from signal import SIGKILL, SIGSTOP

import psutil
import pytest
import uvloop
from tests.allocation.standing_by import PATIENCE, STAND_INS, number_of, wait_until_gone

from allocation.standby import Ended, Standby

SERVICE = f"""
import asyncio, sys, uvloop
from allocation.standby import Standby
loops = {{"asyncio": asyncio, "uvloop": uvloop}}
loops[sys.argv[1]].run(Standby("{STAND_INS}").ask("wait", b""))
"""
LARGE = b" " * 4_000_000  # more than any pipe holds


@pytest.fixture
async def standby() -> AsyncGenerator[Standby]:
    """A process that stands by with stand-ins for solvers, ended with the test."""
    found = Standby(STAND_INS)
    yield found
    await found.close()


async def ask(standby: Standby, solver: str, words: bytes, hear: Callable[[bytes], None] | None = None) -> Ended:
    async with asyncio.timeout(PATIENCE):
        return await standby.ask(solver, words, hear)


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
async def test_a_service_that_is_killed_leaves_no_process_behind(loop: str):
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVICE, loop)
    try:
        async with asyncio.timeout(PATIENCE):
            while len(started := psutil.Process(service.pid).children(recursive=True)) < 2:
                await asyncio.sleep(0.01)
    finally:
        service.kill()
        await service.wait()
    try:
        await wait_until_gone(*(each.pid for each in started))
    finally:
        for each in filter(psutil.Process.is_running, started):
            each.kill()


@pytest.mark.parametrize("words", [b"terminate called", b"first\nterminate called\n", b"terminate called\n\n"])
async def test_a_process_that_is_killed_in_the_midst_of_a_line_is_told_of_at_once(standby: Standby, words: bytes):
    assert await ask(standby, "break_off", words) == Ended(-SIGKILL, b"", "terminate called")
    assert await ask(standby, "say", b"well\n") == Ended(0, b"5", "well")


async def test_half_a_line_of_progress_is_not_heard_and_the_exit_code_tells(standby: Standby):
    heard: list[bytes] = []
    assert await ask(standby, "break_off", b'{"a": 1}\n{"name": "pla', heard.append) == Ended(-SIGKILL, b"", "")
    assert heard == [b'{"a": 1}\n']


async def test_a_line_longer_than_any_of_ours_is_passed_over(standby: Standby):
    words = b"x" * 200_000
    assert await ask(standby, "say", words + b"\nlast\n") == Ended(0, b"200006", "last")
    assert (await ask(standby, "say", words)).answer == b"200000"
    assert await ask(standby, "say", b"well\n") == Ended(0, b"5", "well")


async def test_who_does_not_take_what_is_heard_is_told_just_that_and_the_question_is_ended(standby: Standby):
    def refuse(line: bytes) -> None:
        raise LookupError(line)

    with pytest.raises(LookupError, match="no such"):
        await ask(standby, "wait", b'{"no such": 1}\n', refuse)
    assert standby.process is None
    assert await ask(standby, "say", b"well\n") == Ended(0, b"5", "well")


async def test_one_that_was_killed_just_before_a_question_costs_nothing(standby: Standby):
    await ask(standby, "measure", b"")
    os.kill(number_of(standby), SIGKILL)  # nothing has noticed yet
    assert await ask(standby, "measure", b"four") == Ended(0, b"4", "")


async def test_a_question_is_asked_once_more_and_only_where_its_process_had_stood_by(standby: Standby):
    heard: list[bytes] = []
    told = await ask(standby, "orphan", b"{}\nwords\n", heard.append)
    assert (told, len(heard)) == (Ended(-SIGKILL, None, "words"), 1)
    await ask(standby, "measure", b"")
    told = await ask(standby, "orphan", b"{}\nwords\n", heard.append)
    assert (told, len(heard)) == (Ended(-SIGKILL, None, "words"), 3)


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_one_that_is_gone_while_it_is_asked_much_leaves_no_error_that_nobody_hears(
    run: Callable[[object], object],
):
    errors: list[dict[str, object]] = []

    async def kill_while_asked(standby: Standby) -> Ended:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        await standby.ask("measure", b"")
        os.kill(number_of(standby), SIGSTOP)
        asking = asyncio.create_task(ask(standby, "measure", LARGE))
        stdin = standby.process and standby.process.stdin
        assert stdin
        async with asyncio.timeout(PATIENCE):
            while stdin.transport.get_write_buffer_size() == 0:
                await asyncio.sleep(0.005)
        os.kill(number_of(standby), SIGKILL)
        try:
            return await asking
        finally:
            await standby.close()

    ended = run(kill_while_asked(Standby(STAND_INS)))
    gc.collect()
    assert errors == []
    assert ended == Ended(0, b"%d" % len(LARGE), "")


async def test_a_group_is_killed_while_its_number_is_its_own_and_where_it_has_ended_that_is_no_error(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
):
    killed: list[int] = []

    def refuse(group: int, number: int) -> None:
        killed.append(group)
        kill(group, number)
        raise PermissionError  # as macOS does where all have ended

    kill = os.killpg
    monkeypatch.setattr(os, "killpg", refuse)
    await ask(standby, "measure", b"")
    first = number_of(standby)
    await standby.close()
    assert killed == [first]
    await ask(standby, "measure", b"")
    assert standby.process is not None
    standby.process.kill()
    await standby.process.wait()
    await standby.close()
    assert killed == [first]
