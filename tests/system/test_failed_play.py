"""A play whose service dies: it ends with what failed, and the logs that say why are where it tells."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.system.conftest import SMALL_FAIR

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


def test_the_logs_of_a_play_whose_service_died_stay_beside_its_results(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "scenario.demo", str(SMALL_FAIR), "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as playing:
        assert playing.stdout is not None
        begun: list[str] = []
        while not any("system is up" in line for line in begun[-1:]):
            begun.append(playing.stdout.readline())
            assert begun[-1], f"the system did not come up: {''.join(begun)[-3000:]}"
        [reporting] = [
            child for child in psutil.Process(playing.pid).children(recursive=True) if is_service(child, "reporting")
        ]
        reporting.send_signal(signal.SIGKILL)
        said = playing.stdout.read()
    assert playing.returncode == 1
    assert "Traceback" not in said
    kept = tmp_path / "out/logs"
    assert str(kept) in re.sub(r"\s*\n\s*", "", said), "the terminal may break the path"
    assert (kept / "reporting.log").read_text(encoding="utf-8")


def is_service(process: psutil.Process, name: str) -> bool:
    return process.cmdline()[-3:] == ["-m", "launcher.serve", name]
