"""The state of a play lies in memory where there is room, and nothing of it stays, even of a play that was killed."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from scenario.scratch import AVAILABLE_BYTES, LOCK, choose_place, scratch_folder, sweep

LONG_AGO = 1_000_000_000


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """What a system with enough memory tells."""
    path = tmp_path / "meminfo"
    path.write_text(f"MemTotal: 1 kB\nMemAvailable: {AVAILABLE_BYTES // 1024} kB\n")
    return path


def leave(place: Path, *, begun: float) -> Path:
    folder = place / "ocop-left"
    (folder / "database").mkdir(parents=True)
    (folder / LOCK).touch()
    os.utime(folder / LOCK, (begun, begun))
    return folder


def test_a_play_lies_in_memory_where_there_is_room(tmp_path: Path, told: Path) -> None:
    assert choose_place({}, tmp_path, told) == tmp_path


def test_where_tmpdir_names_a_folder_it_lies_there(tmp_path: Path, told: Path) -> None:
    assert choose_place({"TMPDIR": "/var/tmp"}, tmp_path, told) is None  # noqa: S108


def test_it_lies_on_disk_where_the_machine_has_little_memory(tmp_path: Path, told: Path) -> None:
    told.write_text(told.read_text().replace(str(AVAILABLE_BYTES // 1024), str(AVAILABLE_BYTES // 1024 - 1)))
    assert choose_place({}, tmp_path, told) is None
    assert choose_place({}, tmp_path, tmp_path / "not told") is None


def test_it_lies_on_disk_where_the_folder_in_memory_is_small_or_missing(tmp_path: Path, told: Path) -> None:
    assert choose_place({}, tmp_path / "missing", told) is None
    assert choose_place({}, tmp_path, told, room=shutil.disk_usage(tmp_path).total + 1) is None


def test_a_play_leaves_nothing(tmp_path: Path) -> None:
    with scratch_folder({"TMPDIR": str(tmp_path)}) as folder:
        (folder / "state").write_text("of a play")
    assert not folder.exists()


def test_no_other_play_removes_one_that_goes_on(tmp_path: Path, told: Path) -> None:
    with scratch_folder({}, tmp_path, told) as playing:
        assert playing.parent == tmp_path
        os.utime(playing / LOCK, (LONG_AGO, LONG_AGO))
        with scratch_folder({}, tmp_path, told) as other:
            assert other != playing
            assert playing.exists()
    assert list(tmp_path.iterdir()) == [told]


def test_a_play_on_disk_takes_no_lock(tmp_path: Path) -> None:
    with scratch_folder({"TMPDIR": str(tmp_path)}) as folder:
        assert list(folder.iterdir()) == []


def test_a_play_removes_what_a_killed_one_left(tmp_path: Path, told: Path) -> None:
    left = leave(tmp_path, begun=LONG_AGO)
    with scratch_folder({}, tmp_path, told):
        assert not left.exists()


def test_what_only_looks_like_the_lock_of_a_play_stays(tmp_path: Path) -> None:
    folder = tmp_path / "ocop-x"
    folder.mkdir()
    os.mkfifo(folder / LOCK)
    os.utime(folder / LOCK, (LONG_AGO, LONG_AGO))
    sweep(tmp_path)
    assert folder.exists()


def test_what_a_killed_play_left_is_removed(tmp_path: Path) -> None:
    left = leave(tmp_path, begun=LONG_AGO)
    sweep(tmp_path)
    assert not left.exists()


def test_the_folder_of_a_play_that_goes_on_stays(tmp_path: Path) -> None:
    playing = leave(tmp_path, begun=LONG_AGO)
    with (playing / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(tmp_path)
    assert playing.exists()


def test_the_folder_of_one_that_has_just_begun_stays(tmp_path: Path) -> None:
    begun = leave(tmp_path, begun=4 * LONG_AGO)
    sweep(tmp_path)
    assert begun.exists()
