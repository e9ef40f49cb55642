"""Identifiers: UUID version 7 (RFC 9562), which sort by the time of their making."""

from functools import lru_cache
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7."""
    return uuid7()


@lru_cache(maxsize=2048)
def id_text(value: UUID) -> str:
    """Return an id as text; kept, since one edition or application is named in many events of a batch."""
    return str(value)
