"""An appeal comes in with its evidence and is put before a reviewer in time, who is reminded of it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.appeals import repository
from registration.appeals.domain import Appeal, decide_by, task_kind
from registration.applications import domain
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.handlers import Check, Reviewed
from registration.dossiers import handlers as dossiers
from registration.dossiers import repository as dossier_repository
from registration.dossiers.domain import Document
from registration.lapses import repository as tasks
from registration.lapses.domain import Task
from registration.vetting import handlers as vetting

BY_ITSELF = "registration"
OVER = "Khiếu nại đã được giải quyết hoặc đã quá hạn nhắc / The appeal is decided, or the reminder is over"


async def file_appeal(
    uow: UnitOfWork,
    application_id: UUID,
    statement: str | None,
    evidence: Sequence[Document],
    filed_by: str,
    check: Check,
) -> Reviewed:
    """Put a rejected application under review again, once, with what the vendor says and adds.

    Evidence makes the dossier's next revision; what was handed in before stays as it was. Raises AppealRefusedError,
    InvalidInputError.
    """
    application, edition = await applications.open_application(uow, application_id, check)
    packs = await vetting.get_packs(uow, edition)
    deadlines = packs.eligibility.deadlines
    appealed = domain.appeal(application, uow.now, deadlines.appeal_working_days)
    if evidence:
        appealed = replace(appealed, revision=appealed.revision + 1)
        stored = (await dossier_repository.list_newest(uow.session, [application_id]))[application_id]
        dossier = replace(stored.dossier, documents=(*stored.dossier.documents, *evidence))
        problems = vetting.problems_of_dossier(dossier, edition, packs, "", local_date(uow.now))
        if problems:
            raise InvalidInputError(problems)
        declared = dossiers.Declared(application_id, application.vendor_id, appealed.revision, dossier)
        await dossiers.store(uow, [declared])
    await application_repository.save_application(uow.session, appealed)
    usual = domain.add_working_days(uow.now, deadlines.appeal_working_days)
    last = decide_by(usual, uow.now, edition.planned.first, deadlines.late_withdrawal_days_before)
    kinds = tuple(document.kind for document in evidence)
    appeal = Appeal(application_id, edition.edition_id, statement, kinds, filed_by, uow.now, last)
    await repository.add_appeal(uow.session, appeal)
    subject = await applications.to_subject(uow, appealed, edition, packs)
    return Reviewed(appealed, await vetting.vet(uow, subject, packs, "appeal"))


async def remind_of_appeals(uow: UnitOfWork, limit: int) -> int:
    """Give a task for each appeal that is due soon, and another where it is overdue; decided ones need none. A timer."""
    await repository.close_tasks(uow.session, uow.now, BY_ITSELF, OVER)
    pressing = await repository.list_pressing(uow.session, uow.now, limit)
    await tasks.add_tasks(uow.session, [_to_task(uow, appeal) for appeal in pressing])
    return len(pressing)


def _to_task(uow: UnitOfWork, appeal: Appeal) -> Task:
    return Task(
        task_id=uow.new_id(),
        edition_id=appeal.edition_id,
        application_id=appeal.application_id,
        kind=task_kind(appeal, uow.now),
        subject="appeal",
        data={"decide_by": appeal.decide_by_at.isoformat()},
        opened_at=uow.now,
    )
