"""The dates of an edition's fields: set, moved with it, and held against what is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.contents import Content
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.freezes import repository
from registration.freezes.domain import (
    FieldDates,
    Plan,
    check_plan,
    default_plan,
    find_frozen,
    find_missing,
    move,
    with_own,
)

MOVED_BY = "rescheduling"


async def get_plan(uow: UnitOfWork, edition: Edition) -> Plan:
    """Return the dates of every field: the edition's own, else those that follow from its dates."""
    own = await repository.list_dates(uow.session, edition.edition_id)
    return with_own(default_plan(edition.closes_at, edition.planned.first), own)


def clock_of(edition: Edition, now: datetime) -> datetime:
    """Return the time by which dates are read: while an edition is suspended it stands still."""
    return min(now, edition.suspended_at or now)


async def set_dates(uow: UnitOfWork, edition_id: UUID, dates: Sequence[FieldDates], set_by: str) -> Plan:
    """Set an edition's own dates, all anew; raises NotFoundError, InvalidInputError."""
    edition = await editions.hold_running(uow.session, edition_id)
    problems = list(check_plan(dates))
    if problems:
        raise InvalidInputError(problems)
    await repository.replace_dates(uow.session, edition_id, dates, set_by, uow.now)
    return await get_plan(uow, edition)


async def move_dates(uow: UnitOfWork, edition_id: UUID, since: datetime) -> None:
    """Give the time back that a suspension took, as all other dates of the edition get it."""
    own = await repository.list_dates(uow.session, edition_id)
    moved = [move(one, since, uow.now - since) for one in own]
    await repository.replace_dates(uow.session, edition_id, moved, MOVED_BY, uow.now)


@dataclass(frozen=True)
class Dates:
    """The dates of an edition's fields, and the time by which they are read."""

    plan: Plan
    at: datetime

    def problems_of_change(
        self, old: Content, new: Content, *, is_handed_in: bool, prefix: str = ""
    ) -> list[FieldProblem]:
        """Return the fields that are changed though their date has passed."""
        return list(find_frozen(self.plan, self.at, old, new, is_handed_in=is_handed_in, prefix=prefix))

    def problems_of_gaps(self, content: Content, prefix: str = "") -> list[FieldProblem]:
        """Return the fields that must be filled in by now and are not."""
        return list(find_missing(self.plan, self.at, content, prefix))


async def read_dates(uow: UnitOfWork, edition: Edition) -> Dates:
    """Return what is held against changes of an edition's applications now."""
    return Dates(await get_plan(uow, edition), clock_of(edition, uow.now))
