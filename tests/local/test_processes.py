"""Children: what they say is kept, their end is told in clear words, and nothing of them stays."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from launcher.log_lines import LogScreen
from launcher.processes import Process, ProcessFailedError
from launcher.state_folder import StateFolder, StateInUseError
from launcher.supervision import Supervision, together

NO_GRACE = 0.3


def a_process(tmp_path: Path, code: str, said: list[str] | None = None) -> Process:
    lines = said if said is not None else []
    words = [sys.executable, "-u", "-c", textwrap.dedent(code)]
    return Process("allocation", words, dict(os.environ), tmp_path / "log", lambda _, line: lines.append(line))


async def wait_for(lines: list[str], count: int = 1) -> None:
    async with asyncio.timeout(10):
        while len(lines) < count:
            await asyncio.sleep(0.005)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def wait_until_gone(*pids: int) -> None:
    async with asyncio.timeout(10):
        while not all(map(is_gone, pids)):
            await asyncio.sleep(0.01)


async def test_the_failure_tells_name_code_and_last_lines(tmp_path: Path):
    process = a_process(tmp_path, "import sys; print('reading the plan'); print('Gian hàng?'); sys.exit(7)")
    with pytest.raises(ProcessFailedError) as failure:
        await process.run()
    assert "allocation ended with code 7" in str(failure.value)
    assert "Gian hàng?" in str(failure.value)
    assert (tmp_path / "log").read_text() == "reading the plan\nGian hàng?\n"


async def test_a_signal_is_told_by_its_name(tmp_path: Path):
    with pytest.raises(ProcessFailedError, match="was ended by SIGSEGV"):
        await a_process(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").run()


async def test_a_line_longer_than_any_buffer_and_one_without_end_stop_nothing(tmp_path: Path):
    said: list[str] = []
    await a_process(tmp_path, "print('x' * 3_000_000); print('next'); print('last', end='')", said).run()
    assert [len(said[0]), *said[1:]] == [20_000, "next", "last"]
    assert (tmp_path / "log").stat().st_size == 3_000_000 + len("\nnext\nlast")


async def test_a_child_that_ignores_the_request_is_ended_after_the_grace_with_all_it_started(tmp_path: Path):
    said: list[str] = []
    process = a_process(
        tmp_path,
        """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print(child.pid)
        time.sleep(60)
        """,
        said,
    )
    await process.start()
    await wait_for(said)
    async with asyncio.timeout(10):
        await process.stop(NO_GRACE)
    assert process.code == -signal.SIGKILL
    await wait_until_gone(process.pid, int(said[0]))


async def test_a_grandchild_that_left_the_group_does_not_hold_up_the_stop(tmp_path: Path):
    said: list[str] = []
    process = a_process(
        tmp_path,
        """
        import signal, subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        print(child.pid)
        signal.pause()
        """,
        said,
    )
    await process.start()
    await wait_for(said)
    try:
        async with asyncio.timeout(10):
            await process.stop()
    finally:
        os.kill(int(said[0]), signal.SIGKILL)


async def test_a_child_that_stops_when_asked_is_waited_for(tmp_path: Path):
    said: list[str] = []
    code = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\nprint('up')\nsignal.pause()"
    process = a_process(tmp_path, code, said)
    await process.start()
    await wait_for(said)
    await process.stop()
    assert process.code == 0


async def test_whoever_uses_the_parts_is_interrupted_when_one_ends_by_itself(tmp_path: Path):
    supervision = Supervision()

    async def use() -> None:
        supervision.begin()
        process = a_process(tmp_path, "import sys; sys.exit('no database')")
        await process.start()
        supervision.watch(process)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            supervision.find_failure(error)
            supervision.end(error)
            raise

    with pytest.raises(ProcessFailedError, match="no database"):
        await asyncio.create_task(use())


async def test_a_part_that_died_explains_an_error_that_came_first(tmp_path: Path):
    supervision = Supervision()
    supervision.begin()
    process = a_process(tmp_path, "import sys; sys.exit('no broker')")
    await process.start()
    await process.wait()
    supervision.watch(process)
    story = RuntimeError("502 from the proxy")
    supervision.find_failure(story)
    with pytest.raises(ProcessFailedError, match="no broker") as failure:
        supervision.end(story)
    assert failure.value.__cause__ is story


async def test_of_things_done_together_the_first_failure_ends_the_rest():
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("slow")

    async def fail() -> None:
        raise ValueError("the port is taken")

    with pytest.raises(ValueError, match="the port is taken"):
        await together(slow(), fail())
    assert ended == ["slow"]


LAUNCHER = """
import asyncio, os, sys
from pathlib import Path
from launcher.processes import Process

async def main():
    words = [sys.executable, "-uc", "import time; print('up'); time.sleep(60)"]
    child = Process("child", words, dict(os.environ), Path(sys.argv[1]), lambda *_: print(child.pid, flush=True))
    await child.start()
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_children_end_with_a_launcher_that_is_killed(tmp_path: Path):
    words = [sys.executable, "-c", LAUNCHER, str(tmp_path / "log")]
    launcher = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    assert launcher.stdout is not None
    pid = int(await launcher.stdout.readline())
    assert not is_gone(pid)
    launcher.kill()
    await launcher.wait()
    await wait_until_gone(pid)


def test_a_state_folder_is_used_by_one_launcher_at_a_time(tmp_path: Path):
    first, second = StateFolder(tmp_path), StateFolder(tmp_path)
    first.lock()
    with pytest.raises(StateInUseError, match=rf"process {os.getpid()}\) already uses"):
        second.lock()
    first.unlock()
    second.lock()
    second.unlock()


def test_log_lines_are_made_readable_and_others_stay_as_they_are(capsys: pytest.CaptureFixture[str]):
    screen = LogScreen(sys.stdout)
    line = {"event": "message_dead_lettered", "level": "error", "timestamp": "2020-08-01T02:03:04Z", "key": "K"}
    screen.show("allocation", json.dumps(line | {"logger": "x", "service": "allocation"}))
    screen.show("allocation", "Traceback (most recent call last):")
    assert capsys.readouterr().out.splitlines() == [
        "allocation    | 02:03:04 error    message_dead_lettered key=K",
        "allocation    | Traceback (most recent call last):",
    ]
