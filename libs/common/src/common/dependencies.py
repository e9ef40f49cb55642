"""Which errors mean that a dependency is down, so that waiting heals them and nothing is wrong with the message."""

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from common.delivery.feed_reading import FeedUnavailableError

# PostgreSQL error classes: connection, authorization, resources, operator intervention, its own disks and files, its own
# insides; a database or standby that takes no writes yet, a transaction that was open too long, serialization, deadlock, a
# lock that was not to be waited for, a statement that was cancelled. None of them says anything of the message (decision 36).
TRANSIENT_CLASSES = ("08", "28", "53", "57P", "58", "XX")
TRANSIENT_CODES = frozenset({"3D000", "25006", "25P03", "25P04", "40001", "40P01", "55P03", "57014"})


def sqlstate_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error; nothing for one that is not its own.

    SQLAlchemy wraps what a statement raises, not what happens while a connection is made.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def is_dependency_down(error: BaseException) -> bool:
    """Whether a database or feed did not answer, did not take us, or asked to try again."""
    if isinstance(error, FeedUnavailableError | OSError | PoolTimeoutError | TimeoutError):
        return True
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
