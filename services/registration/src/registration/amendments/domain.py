"""One changed value of an application."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

HIDDEN = ("contact.",)
"""Fields whose values are not kept: who is told of can ask to be forgotten."""


@dataclass(frozen=True)
class Amender:
    """Who changes an application: ``kind`` is ``vendor``, ``agency`` or ``organiser``."""

    kind: str
    subject: str
    agency_code: str | None = None
    province_code: str | None = None


@dataclass(frozen=True)
class Grounds:
    """Why: a code of a list, what was said beside it, and the paper by which it was asked for."""

    reason_code: str
    note: str | None = None
    paper: str | None = None
    paper_issued_on: date | None = None


@dataclass(frozen=True)
class Amendment:
    """Which field was changed from what to what, by whom, when and why; values of contacts are not kept.

    ``by`` is ``vendor``, ``agency`` or ``organiser``; ``reason`` a code, ``note`` what was said beside it, ``paper`` by which it was asked for.
    """

    amendment_id: UUID
    application_id: UUID
    field: str
    old_value: str | None
    new_value: str | None
    by: str
    amended_by: str
    agency_code: str | None
    reason: str
    amended_at: datetime
    note: str | None = None
    paper: str | None = None
    paper_issued_on: date | None = None


def kept_value(field: str, value: object) -> str | None:
    """Return a value as the history keeps it."""
    if value is None or field.startswith(HIDDEN):
        return None
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
