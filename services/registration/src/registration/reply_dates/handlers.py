"""What becomes of applications as the dates of replies and of the edition pass or move."""

from datetime import datetime
from uuid import UUID

from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from registration.applications import domain, repository
from registration.applications import handlers as applications
from registration.applications.domain import ApplicationState
from registration.editions import repository as editions
from registration.editions.domain import Days, Edition
from registration.freezes import handlers as freezes
from registration.reviews.handlers import to_rejected
from registration.schedules import handlers as schedules
from registration.vetting import handlers as vetting
from registration.vetting import repository as evaluations
from registration.vetting.reasons import to_reasons

LOT = 25
"""So many dossiers are in memory at once."""


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

    An acceptance stands whatever the new dates say, and is not told again: where a certificate lapses before them,
    the product's class falls in the evaluation kept here.
    """
    before, after = await schedules.reschedule_edition(uow, edition_id, new, reason_code, document)
    if before.suspended_at is not None:
        await repository.move_reply_dates(uow.session, edition_id, uow.now - before.suspended_at)
        await freezes.move_dates(uow, edition_id, before.suspended_at)
    packs = await vetting.get_packs(uow, after)
    accepted = await repository.lock_in_states(uow.session, edition_id, [ApplicationState.ACCEPTED])
    for first in range(0, len(accepted), LOT):
        subjects = await applications.to_subjects(uow, accepted[first : first + LOT], after, packs)
        await vetting.vet_all(uow, subjects, packs, "reschedule")
    return after
