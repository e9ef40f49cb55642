"""What a play leaves behind."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from scenario.results.collecting import keep_mail

MAIL = b"Subject: A01\r\n\r\nGian A01\r\n"


def test_a_mail_is_kept_without_a_second_copy_of_its_bytes(tmp_path: Path):
    sent, kept = tmp_path / "000001-a.eml", tmp_path / "mail.eml"
    sent.write_bytes(MAIL)
    keep_mail(sent, kept)
    assert kept.samefile(sent)
    sent.unlink()
    assert kept.read_bytes() == MAIL


def test_a_mail_is_kept_on_another_file_system_too(tmp_path: Path):
    memory = Path("/dev/shm")  # noqa: S108  # the one other file system that most machines have
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no second file system at /dev/shm")
    sent = tmp_path / "000001-a.eml"
    sent.write_bytes(MAIL)
    with TemporaryDirectory(dir=memory) as folder:
        keep_mail(sent, Path(folder) / sent.name)
        assert (Path(folder) / sent.name).read_bytes() == MAIL
