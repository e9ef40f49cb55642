"""A state folder that cannot be used is told in one line with what to do."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launcher.keys import load_keys
from launcher.ports import free_port

KEPT = "tokens and links that were given out end then"
PATIENCE_SECONDS = 60


def launcher(*words: str) -> tuple[int, list[str]]:
    """Run the command line; return its exit code and what it said."""
    command = [sys.executable, "-m", "launcher", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def up(state: Path) -> tuple[int, list[str]]:
    return launcher("up", "--quiet", "--port", str(free_port()), "--state", str(state))


def a_file(folder: Path) -> Path:
    (folder / "trạng thái").write_text("of somebody")
    return folder / "trạng thái"


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "x"


def where_nothing_can_be_made(_folder: Path) -> Path:
    return Path("/proc/x")


def that_may_not_be_written(_folder: Path) -> Path:
    return Path("/proc/self")


def with_a_file_for_its_logs(folder: Path) -> Path:
    (folder / "logs").write_text("of somebody")
    return folder


@pytest.mark.parametrize(
    "make", [a_file, below_a_file, where_nothing_can_be_made, that_may_not_be_written, with_a_file_for_its_logs]
)
def test_a_folder_that_cannot_be_used_is_told_in_one_line(make: Callable[[Path], Path], tmp_path: Path):
    state = make(tmp_path)
    code, said = up(state)
    (line,) = said
    assert code == 2
    assert line.startswith(
        f"Not started: không dùng được thư mục trạng thái {state}: hãy chọn thư mục khác bằng --state"
    )
    assert f" / cannot use the state folder {state} (" in line


Kept = dict[str, Any]
DAMAGES: list[Callable[[Kept], str]] = [
    lambda _kept: "",
    lambda _kept: "[]",
    lambda kept: json.dumps(kept)[:40],
    lambda kept: json.dumps({"private_key": kept["private_key"]}),
    lambda kept: json.dumps({**kept, "private_key": {"kty": "OKP"}}),
    lambda kept: json.dumps({**kept, "private_key": {**kept["private_key"], "d": ""}}),
    lambda kept: json.dumps({**kept, "link_key": 5}),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_keys_are_told_with_what_ends_when_they_are_made_anew(damage: Callable[[Kept], str], tmp_path: Path):
    path = tmp_path / "keys.json"
    load_keys(path)
    path.write_text(damage(json.loads(path.read_text())))
    for code, said in (up(tmp_path), launcher("token", "--role", "operator", "--state", str(tmp_path))):
        (line,) = said
        assert code == 2
        assert f"tệp {path} bị hỏng: hãy khôi phục từ bản sao lưu" in line
        assert line.endswith(f" / {path} is damaged: restore it from a copy, or delete it for new keys: {KEPT}")


def test_damaged_passwords_of_the_database_are_told(tmp_path: Path):
    path = tmp_path / "postgres" / "passwords.json"
    path.parent.mkdir()
    path.write_text("{")
    code, said = up(tmp_path)
    (line,) = said
    assert code == 2
    assert f"{path} is damaged: restore it from a copy, the data beside it cannot be opened without it" in line
