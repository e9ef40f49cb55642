"""What tests start they end: a process beside a service when it has no work, and all of them with the session."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.harness import ending_idle

from common.beside import Beside, Limits

LEAVES_ONE = """
import subprocess

def test_something():
    global left
    left = subprocess.Popen(["sleep", "20.5"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
LEAVES_NONE = f"{LEAVES_ONE}    left.kill()\n    left.wait()\n"


async def test_a_process_beside_a_service_ends_in_tests_too_when_it_has_no_work() -> None:
    beside = Beside("tests.common.answering", Limits(idle_seconds=0.05))
    async with ending_idle([beside]):
        assert await beside.ask(b"one") == b"ONE"
        async with asyncio.timeout(20):
            while beside.process is not None:
                await asyncio.sleep(0.01)
        assert await beside.ask(b"another") == b"ANOTHER"
    assert beside.process is None


@pytest.mark.parametrize(("test", "code", "told"), [(LEAVES_ONE, 1, "left running: sleep 20.5"), (LEAVES_NONE, 0, "")])
def test_a_session_that_leaves_a_process_fails_and_names_it(
    test: str, code: int, told: str, tmp_path: Path, repository_root: Path
) -> None:
    (tmp_path / "test_leaving.py").write_text(test)
    words = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "-p", "tests.leaving", str(tmp_path)]
    done = subprocess.run(words, cwd=repository_root, capture_output=True, text=True, check=False)
    left = [line for line in done.stdout.splitlines() if line.startswith("left running")]
    assert (done.returncode, left) == (code, [told] if told else [])
