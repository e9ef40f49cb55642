"""Which errors mean that a dependency is down, so that waiting heals them and nothing is wrong with the message."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from common.feed import FeedUnavailableError

# PostgreSQL error classes: connection, resources, operator intervention; serialization failure and deadlock.
TRANSIENT_CLASSES = ("08", "53", "57P")
TRANSIENT_CODES = frozenset({"40001", "40P01", "55P03"})


def is_dependency_down(error: BaseException) -> bool:
    """Whether a database or feed did not answer, or asked to try again."""
    if isinstance(error, FeedUnavailableError | OSError | PoolTimeoutError | TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = str(getattr(error.orig, "sqlstate", None) or "")
    return (
        error.connection_invalidated
        or code in TRANSIENT_CODES
        or code.startswith(TRANSIENT_CLASSES)
        or isinstance(error.orig.__cause__ if error.orig else None, OSError | TimeoutError)
    )
