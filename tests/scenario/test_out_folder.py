"""A folder that results cannot go to is refused before anything starts."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"


def a_file(folder: Path) -> Path:
    (folder / "tờ khai").write_text("of somebody")
    return folder / "tờ khai"


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "x"


def where_nothing_can_be_made(_folder: Path) -> Path:
    return Path("/proc/x")


def with_a_long_name(folder: Path) -> Path:
    return folder / ("x" * 300)


def with_a_file_for_its_reports(folder: Path) -> Path:
    (folder / "reports").write_text("of somebody")
    return folder


def with_a_folder_for_its_page(folder: Path) -> Path:
    (folder / "index.html").mkdir()
    return folder


@pytest.mark.parametrize(
    "make",
    [
        a_file,
        below_a_file,
        where_nothing_can_be_made,
        with_a_long_name,
        with_a_file_for_its_reports,
        with_a_folder_for_its_page,
    ],
)
def test_an_unusable_folder_is_refused_in_one_line_before_anything_starts(make: Callable[[Path], Path], tmp_path: Path):
    out = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-m", "scenario.demo", str(SMALL_FAIR), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 1
    assert f"không ghi được vào {out}: " in line
    assert f" / cannot write to {out} (" in line
    assert line.endswith("nothing was started")
    assert sorted(tmp_path.rglob("*")) == before
