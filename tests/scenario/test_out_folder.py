"""The folder of results: refused before anything starts where it cannot be used, and never half old and half new."""

import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scenario.results.out_folder import drafted, put_in_place, reserved

SMALL_FAIR = Path(__file__).parents[2] / "deploy/demo/small_fair"
PATIENCE_SECONDS = 60


def demo(out: Path) -> list[str]:
    return [sys.executable, "-u", "-m", "scenario.demo", str(SMALL_FAIR), "--out", str(out)]


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
        demo(out),
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


def results(out: Path) -> dict[str, str]:
    """Return every file of results by its name; what keeps two plays apart is none."""
    found = (path for path in out.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(out)): path.read_text() for path in found}


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A folder with what an earlier play left, some of which this one will not have."""
    out = tmp_path / "out"
    for name in ("index.html", "dossier.zip", "reports/daily.pdf", "events/registration.jsonl", "mail/000009-a.eml"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("earlier")
    return out


@contextmanager
def played(out: Path) -> Generator[None]:
    """Have a play run that is past its start, and stop it by Ctrl-C."""
    with subprocess.Popen(demo(out), stdout=subprocess.PIPE, text=True) as player:
        try:
            assert player.stdout is not None
            assert "system is up" in player.stdout.readline()
            assert player.stdout.readline(), "the first stage is over"
            yield
        finally:
            player.send_signal(signal.SIGINT)
            said, _ = player.communicate(timeout=PATIENCE_SECONDS)
    assert player.returncode == 130, said


def test_a_play_that_is_stopped_leaves_the_earlier_ones_results(earlier: Path):
    before = results(earlier)
    with played(earlier):
        pass
    assert results(earlier) == before


def test_a_second_play_into_the_same_folder_is_refused_in_one_line(tmp_path: Path):
    out = tmp_path / "out"
    with reserved(out):
        done = subprocess.run(demo(out), capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    (line,) = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 1
    assert f"không ghi được vào {out}: một lần chơi khác đang ghi vào đó" in line
    assert f" / cannot write to {out} (in use): another play writes there" in line
    with reserved(out):
        pass  # who was refused took nothing away, and who ended has let go


def test_results_take_the_place_of_all_that_an_earlier_play_left(earlier: Path):
    (earlier / "logs").mkdir()
    (earlier / "logs" / "allocation.log").write_text("why it failed")
    with drafted(earlier) as draft:
        for name in ("index.html", "mail/000001-b.eml"):
            (draft / name).write_text("new")
        assert results(earlier)["index.html"] == "earlier"
        put_in_place(draft, earlier)
    assert results(earlier) == {"index.html": "new", "mail/000001-b.eml": "new"}
    assert {path.name for path in earlier.iterdir() if path.is_dir()} == {"reports", "mail", "events", "workbooks"}
