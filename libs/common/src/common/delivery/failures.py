"""Says why a message failed in words that an operator can act on and that hold none of its values."""

import sys
from types import TracebackType

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError

from common.delivery.reactions import NoReactionError, UnreadableEventError
from common.dependencies import sqlstate_of
from common.errors import DomainError

MOST = 300
NOT_OURS = sys.stdlib_module_names | {"sqlalchemy", "asyncpg", "pydantic", "pydantic_core", "greenlet"}


def describe_failure(error: BaseException) -> str:
    """Return the class of an error with what is wrong and where, e.g. ``KeyError at registration.lapses.handlers:45``.

    Fields that do not fit, the code and field of a refusal, and PostgreSQL's code and constraint are told; texts of other
    errors may repeat what the message holds and are left out, so their place in the code stands for them. At most 300
    characters.
    """
    name = type(error).__name__
    if isinstance(error, UnreadableEventError | NoReactionError):
        return f"{name}: {error}"[:MOST]
    return f"{name}{_details(error)} at {_place(error.__traceback__)}"[:MOST]


def _details(error: BaseException) -> str:
    if isinstance(error, DomainError):
        return f": {error.code}" + (f", field {error.field}" if error.field else "")
    if isinstance(error, DBAPIError | PostgresError):
        cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
        constraint = getattr(cause, "constraint_name", None)
        return f": SQLSTATE {sqlstate_of(error)}" + (f", {constraint}" if constraint else "")
    return ""


def _place(trace: TracebackType | None) -> str:
    """Return module and line of the innermost frame that is ours: the line that somebody can mend."""
    place = "an unknown place"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] not in NOT_OURS:
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
