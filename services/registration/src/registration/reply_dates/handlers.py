"""What becomes of applications as the dates of replies and of the edition pass or move."""

from datetime import datetime
from uuid import UUID

from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from registration.appeals import handlers as appeals
from registration.applications import domain, repository
from registration.editions import repository as editions
from registration.editions.domain import Days, Edition
from registration.freezes import handlers as freezes
from registration.lapses import handlers as lapses
from registration.reviews.handlers import to_rejected
from registration.schedules import handlers as schedules
from registration.vetting import handlers as vetting
from registration.vetting import repository as evaluations
from registration.vetting.reasons import to_reasons


async def reject_unanswered(uow: UnitOfWork, limit: int) -> int:
    """Reject returned applications whose date has passed; those of suspended editions wait. A timer."""
    overdue = await repository.lock_unanswered(uow.session, uow.now, limit)
    newest = await evaluations.list_newest(uow.session, [one.application_id for one in overdue])
    for application in overdue:
        edition = await editions.get_edition(uow.session, application.edition_id)
        rules = (await vetting.get_packs(uow, edition)).eligibility
        codes = (*application.reason_codes, "no_reply")
        rejected = domain.reject_unanswered(application, uow.now, codes)
        await repository.save_application(uow.session, rejected)
        uow.emit(to_rejected(rejected, to_reasons(codes, rules, newest[application.application_id].findings)))
    return len(overdue)


async def find_next_due(uow: UnitOfWork) -> datetime | None:
    """Return when the next supplement is due."""
    return await repository.find_next_reply_by(uow.session)


async def reschedule_edition(
    uow: UnitOfWork, edition_id: UUID, new: Days, reason_code: str, document: LegalDocument | None
) -> Edition:
    """Set new dates, give back the time that a suspension took, and judge accepted applications by the new dates.

    What lapses by them is told before the dates are: who hears of both in this order gives no place on points of before.
    """
    moved = await schedules.reschedule_edition(uow, edition_id, new, reason_code, document)
    if moved.event is None:
        return moved.after
    suspended_at = moved.before.suspended_at
    if suspended_at is not None:
        await repository.move_reply_dates(uow.session, edition_id, suspended_at, uow.now)
        await freezes.move_dates(uow, edition_id, suspended_at)
    await appeals.move_dates(uow, moved.after)
    await lapses.check_new_dates(uow, moved.after)
    uow.emit(moved.event)
    return moved.after
