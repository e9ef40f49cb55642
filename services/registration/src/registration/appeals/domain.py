"""By when an appeal is decided, and what evidence may be added."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from common.calendar import VIETNAM, last_working, next_working
from registration.applications.domain import day_from

LAST_HOUR = time(17)
"""The end of the office day, Vietnam time."""
REMIND_BEFORE = timedelta(days=2)
"""So long before an appeal is to be decided its desk is reminded: two office days still reach the waiting list."""
DUE = "appeal_due"
OVERDUE = "appeal_overdue"


@dataclass(frozen=True)
class Appeal:
    """An appeal; ``evidence`` are the kinds of papers that came with it."""

    application_id: UUID
    edition_id: UUID
    statement: str | None
    evidence: tuple[str, ...]
    filed_by: str
    filed_at: datetime
    decide_by_at: datetime


def decide_by(usual: datetime, now: datetime, first_on: date, days_before: int) -> datetime:
    """Return by when to decide: the usual date, but so long before the first day that the waiting list can still take it.

    Where that has passed too, a day from now. Each falls on a working day.
    """
    last = datetime.combine(last_working(first_on - timedelta(days=days_before)), LAST_HOUR, VIETNAM)
    return max(min(next_working(usual), last), day_from(now, first_on))


def move(appeal: Appeal, usual: datetime, now: datetime, first_on: date, days_before: int) -> Appeal:
    """Return an appeal by the new dates of its edition, ``usual`` with the time in which dates stood still given back.

    The waiting list has a new day too; where the usual date has passed, no day is added.
    """
    usual = next_working(usual)
    return replace(appeal, decide_by_at=min(usual, decide_by(usual, now, first_on, days_before)))


def task_kind(appeal: Appeal, now: datetime) -> str:
    """Return what a desk is to be told of an appeal that is due or nearly so."""
    return OVERDUE if now > appeal.decide_by_at else DUE
