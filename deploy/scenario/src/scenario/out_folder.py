"""The folder that results go to: looked at before anything starts, and told in one line where it cannot be used."""

import errno
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from scenario.system import StoryFailedError

FOLDERS = ("reports", "mail", "events", "workbooks")
DOSSIERS = ("dossier.zip", "public-dossier.zip")
FILES = ("plan.svg", *DOSSIERS, "summary.json", "comparison.html", "invitations.html", "index.html")
OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES})


class OutFolderError(StoryFailedError):
    """The results cannot be written."""

    def __init__(self, out: Path, error: OSError, vi: str, en: str) -> None:
        super().__init__(f"không ghi được vào {out}: {vi} / cannot write to {out} ({error.strerror}): {en}")


def require_usable(out: Path) -> None:
    """Raise OutFolderError where results could not be written; what an earlier play left there stays."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        _refuse_what_is_in_the_way(out)
        for folder in (out, *(out / name for name in FOLDERS if (out / name).exists())):
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        vi, en = "hãy chọn thư mục khác; chưa khởi động gì", "name another folder; nothing was started"
        raise OutFolderError(out, error, vi, en) from error


def _refuse_what_is_in_the_way(out: Path) -> None:
    for name in FOLDERS:
        if (out / name).exists() and not (out / name).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{name} is no folder")
    for name in FILES:
        if (out / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")


@contextmanager
def told_when_unwritable(out: Path) -> Generator[None]:
    """Tell what keeps results from being written while they are; other failures of files go on as they are."""
    try:
        yield
    except OSError as error:
        is_inside = error.filename is not None and Path(str(error.filename)).is_relative_to(out)
        if error.errno not in OF_THE_DISK and not is_inside:
            raise
        vi, en = "hãy giải phóng dung lượng hoặc chọn thư mục khác", "free some space, or name another folder"
        raise OutFolderError(out, error, vi, en) from error
