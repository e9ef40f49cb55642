"""The front door takes paths and numbers as people type them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FRESH = ".venv/.ready"  # taken as made: no test sets up an environment


def make(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", "--assume-old", FRESH, *words]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", ["ten thu muc/hội chợ nhỏ", "d'Artagnan $HOME; echo `id`"])
def test_a_scenario_may_lie_in_a_folder_of_any_name(name: str, tmp_path: Path, repository_root: Path):
    folder = tmp_path / name
    folder.mkdir(parents=True)
    done = make(repository_root, "demo", f"SCENARIO={str(folder).replace('$', '$$')}")
    assert "edition.toml: không có tệp này trong thư mục" in done.stdout, "the folder itself was found"
    assert "unrecognized arguments" not in done.stderr


@pytest.mark.parametrize(
    "target", ["compose-up", "compose-demo", "compose-down", "kubernetes-demo", "image", "secrets"]
)
def test_a_folder_with_spaces_reaches_each_command_as_one_word(target: str, repository_root: Path):
    words = [
        "IMAGES=/tmp/ảnh nền/images.env",
        "SCENARIO=/tmp/hội chợ nhỏ",
        "DATABASE=máy chủ:5432",
        "REGISTRY=kho ảnh/",
    ]
    done = make(repository_root, "--dry-run", target, *words)
    assert done.returncode == 0, done.stderr
    for word in words:
        value = word.partition("=")[2]
        assert done.stdout.count(value) == done.stdout.count(f"'{value}'"), done.stdout


@pytest.mark.parametrize("port", ["80000", "0", "-5", "tám", "8020.5", ""])
def test_what_is_no_port_is_told_in_one_line(port: str, repository_root: Path):
    done = make(repository_root, "up", f"PORT={port}")
    told = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    expected = (
        f"Cổng {port!r} không dùng được: hãy cho số từ 1 đến 65535 / "
        f"{port!r} is no port: give a number from 1 to 65535, make up PORT=8021"
    )
    assert told == [expected]


@pytest.fixture
def clone(tmp_path: Path, repository_root: Path) -> Path:
    """A folder with Vietnamese in its name and an environment whose modules lie there; the launcher says what it is told."""
    root = tmp_path / "hội chợ đặc sản"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    (root / FRESH).touch()
    (modules,) = root.glob(".venv/lib/python3*/site-packages")
    (modules / "launcher.pth").write_text(str(root), encoding="utf-8")
    (root / "launcher.py").write_text("import os; print(os.environ.get('LC_ALL'), __file__)")
    (root / "Makefile").symlink_to(repository_root / "Makefile")
    return root


@pytest.mark.parametrize(
    ("locale", "told"),
    [("C", "C.UTF-8"), ("POSIX", "C.UTF-8"), ("xx_XX.UTF-8", "C.UTF-8"), ("C.UTF-8", "C.UTF-8"), ("C.utf8", "C.utf8")],
)
def test_a_clone_of_any_name_starts_under_any_locale(clone: Path, locale: str, told: str):
    done = make(clone, "up", LC_ALL=locale)
    assert done.stdout.split(maxsplit=1) == [told, f"{clone / 'launcher.py'}\n"], done.stderr
