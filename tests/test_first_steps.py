"""The first steps of docs/operate/first-steps.md, run as they are written: by bash and curl, on a system that was just set up."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.allocation.conftest import EDITION

from common.tokens import Role
from launcher.ports import free_port

PATIENCE_SECONDS = 90
TOOLS = ("bash", "curl")  # all that the steps may take besides Python's environment and the shell's own words


@contextmanager
def running(state: Path, port: int) -> Generator[None]:
    """Have the system up, its state in ``var/`` of a folder, as ``make up`` has it."""
    words = [sys.executable, "-m", "launcher", "up", "--quiet", "--port", str(port)]
    with subprocess.Popen(words, cwd=state, stdout=subprocess.PIPE, text=True) as launcher:
        try:
            assert launcher.stdout is not None
            assert any("Ctrl-C stops it" in line for line in launcher.stdout), "it did not come up"
            yield
        finally:
            launcher.send_signal(signal.SIGINT)
            launcher.communicate(timeout=PATIENCE_SECONDS)


def steps_of(root: Path) -> str:
    """Return the lines to type: the indented ones of the part on first steps."""
    text = (root / "docs/operate/first-steps.md").read_text(encoding="utf-8")
    part = text.split("## First steps after")[1].split("\n## ")[0]
    return "\n".join(line[4:] for line in part.splitlines() if line.startswith("    "))


def bare_path(folder: Path) -> str:
    """Return a path with the environment's Python and the tools named, and nothing else."""
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is needed to take the steps"
        (folder / tool).symlink_to(found)
    return f"{Path(sys.executable).parent}:{folder}"


def test_the_first_steps_after_make_up_lead_to_open_registration_with_a_floor_plan(
    tmp_path: Path, repository_root: Path
):
    port = free_port()
    typed = steps_of(repository_root).replace("http://127.0.0.1:8020", f"http://127.0.0.1:{port}")
    environment = {**os.environ, "PATH": bare_path(tmp_path / "bin"), "no_proxy": "127.0.0.1"}
    with running(tmp_path, port):
        done = subprocess.run(
            ["bash", "-e", "-u", "-o", "pipefail"],
            input=typed,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        edition = re.search(r'"edition_id": ?"([0-9a-f-]{36})"', done.stdout)
        assert edition is not None
        plan = httpx.get(f"http://127.0.0.1:{port}/allocation/editions/{edition[1]}/floor-plan", trust_env=False)
    assert answers[-1]["state"] == "registration_open"
    assert [booth["booth_code"] for booth in plan.json()["booths"]] == ["A01", "A02"]


@pytest.mark.parametrize("service", ["allocation", "reporting"])
async def test_an_edition_not_heard_of_yet_is_told_as_that_with_when_to_try_again(
    make_harness: Callable[..., Any], service: str
):
    path = {"allocation": f"/editions/{EDITION}/draw", "reporting": f"/editions/{EDITION}/figures"}[service]
    async with make_harness(service) as harness, harness.client(Role.ORGANISER) as client:
        answer = await client.get(f"/{service}{path}")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (404, "1")
    told = answer.json()
    assert told["code"] == "not_found"
    assert told["detail"] == f"The edition {EDITION} is not known here yet. If it was just made, try again in a moment."
    assert told["detail_vi"].startswith(f"Ở đây chưa biết kỳ sự kiện {EDITION}. Nếu vừa được tạo, hãy thử lại")
