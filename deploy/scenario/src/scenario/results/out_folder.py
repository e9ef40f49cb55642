"""The folder that results go to: looked at before anything starts, and told in one line where it cannot be used.

Results are gathered in a draft beside those of the earlier play, and put in their place when the play is over.
"""

import errno
import fcntl
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from scenario.doors.system import StoryFailedError

FOLDERS = ("reports", "mail", "events", "workbooks")
DOSSIERS = ("dossier.zip", "public-dossier.zip")
FILES = ("plan.svg", *DOSSIERS, "summary.json", "comparison.html", "invitations.html", "index.html")
DRAFT = ".new"
LOCK = ".lock"
OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES})
WITHOUT_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
"""What file systems answer that know no locks: there whoever plays sees to it that they are alone."""


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


@contextmanager
def reserved(out: Path) -> Generator[None]:
    """Keep a usable folder for this play alone, until its end.

    Raises:
        OutFolderError: results could not be written, or another play writes there.
    """
    require_usable(out)
    with (out / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            vi = "một lần chơi khác đang ghi vào đó, hãy đợi nó xong hoặc chọn thư mục khác; chưa khởi động gì"
            en = "another play writes there, wait for its end or name another folder; nothing was started"
            raise OutFolderError(out, BlockingIOError(errno.EWOULDBLOCK, "in use"), vi, en) from None
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise
        yield


@contextmanager
def drafted(out: Path) -> Generator[Path]:
    """Give an empty folder for a play's results; it is gone afterwards, whatever became of them."""
    draft = out / DRAFT
    try:
        empty_folder(draft)
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def empty_folder(folder: Path) -> None:
    """Make the folder anew, with all that results are parted into."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)


def put_in_place(draft: Path, out: Path) -> None:
    """Have a draft's results take the place of an earlier play's; the page, by which people come in, goes first and comes last."""
    for name in reversed(FILES):
        (out / name).unlink(missing_ok=True)
    for name in (*FOLDERS, "logs"):
        shutil.rmtree(out / name, ignore_errors=True)
    for name in (*FOLDERS, *FILES):
        if (draft / name).exists():
            (draft / name).rename(out / name)


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
