"""Which errors mean that a dependency is down, so that waiting heals them and nothing is wrong with the message."""

import errno
import ssl

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from common.delivery.feed_reading import FeedUnavailableError

# PostgreSQL error classes: connection, authorization, resources, operator intervention, its own disks and files, its own
# insides; a database or standby that takes no writes yet, a transaction that was open too long, serialization, deadlock, a
# lock that was not to be waited for, a statement that was cancelled. None of them says anything of the message (decision 36).
TRANSIENT_CLASSES = ("08", "28", "53", "57P", "58", "XX")
TRANSIENT_CODES = frozenset({"3D000", "25006", "25P03", "25P04", "40001", "40P01", "55P03", "57014"})


# Our own disk or files are used up: no message is at fault, whichever file it was.
USED_UP = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
LINES = ConnectionError | TimeoutError | ssl.SSLError


def sqlstate_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error; nothing for one that is not its own.

    SQLAlchemy wraps what a statement raises, not what happens while a connection is made.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def is_dependency_down(error: BaseException) -> bool:
    """Whether a database or feed did not answer, did not take us, or asked to try again."""
    if isinstance(error, FeedUnavailableError | PoolTimeoutError | TimeoutError):
        return True
    if isinstance(error, OSError):
        return _is_line_down(error)
    if not isinstance(error, DBAPIError | PostgresError):
        return False
    code = sqlstate_of(error)
    if code in TRANSIENT_CODES or code.startswith(TRANSIENT_CLASSES):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or isinstance(
        error.orig.__cause__ if error.orig else None, OSError | TimeoutError
    )


def _is_line_down(error: OSError) -> bool:
    """Whether an error of the system is one of a connection, or of what is used up here; not that of one file (decision 49)."""
    if isinstance(error, LINES) or error.errno in USED_UP:
        return True
    if error.errno is None:  # raised by hand: asyncio does so where several addresses of one name failed
        return type(error) is OSError
    return error.filename is None  # what works on a file names it, what works on a socket does not
