"""An appeal comes in with its evidence and is put before a reviewer in time, who is reminded of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.appeals import repository
from registration.appeals.domain import Appeal, decide_by, move, task_kind
from registration.applications import domain
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.handlers import Check, Reviewed
from registration.applications.subjects import to_subject
from registration.dossiers import handlers as dossiers
from registration.dossiers import repository as dossier_repository
from registration.dossiers.domain import Document
from registration.editions import handlers as editions
from registration.editions import repository as edition_repository
from registration.editions.domain import Edition
from registration.editions.endings import OVER
from registration.freezes import handlers as freezes
from registration.lapses import repository as tasks
from registration.lapses.domain import Task
from registration.vetting import handlers as vetting

BY_ITSELF = "registration"
DECIDED = (
    "Khiếu nại đã được giải quyết, đã quá hạn nhắc hoặc đã dời hạn"
    " / The appeal is decided, the reminder is over, or its date has moved"
)


@dataclass(frozen=True)
class Listed:
    """An appeal; ``is_open`` waits for its decision, ``is_late`` was to be decided by now."""

    appeal: Appeal
    is_open: bool
    is_late: bool


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
    at = freezes.clock_of(edition, uow.now)
    paused = await editions.read_pause(uow, edition.edition_id, application.decided_at or at, at)
    appealed = domain.appeal(application, at, deadlines.appeal_working_days, paused)
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
    subject = await to_subject(uow, appealed, edition, packs)
    return Reviewed(appealed, await vetting.vet(uow, subject, packs, "appeal"))


async def move_dates(uow: UnitOfWork, edition: Edition) -> None:
    """Let the dates of appeals that are not decided follow the new dates of their edition."""
    deadlines = (await vetting.get_packs(uow, edition)).eligibility.deadlines
    moved: list[Appeal] = []
    for one in await repository.lock_undecided(uow.session, edition.edition_id):
        paused = await editions.read_pause(uow, edition.edition_id, one.filed_at, uow.now)
        usual = domain.add_working_days(one.filed_at, deadlines.appeal_working_days) + paused
        moved.append(move(one, usual, uow.now, edition.planned.first, deadlines.late_withdrawal_days_before))
    await repository.save_appeals(uow.session, moved)


async def list_appeals(uow: UnitOfWork, edition_id: UUID) -> list[Listed]:
    """Return an edition's appeals, the most urgent first.

    None becomes overdue while dates stand still, and none is open in an edition that is over.
    """
    edition = await edition_repository.get_edition(uow.session, edition_id)
    at, is_running = freezes.clock_of(edition, uow.now), edition.state not in OVER
    return [
        Listed(one, is_open=is_running and waits, is_late=at > one.decide_by_at)
        for one, waits in await repository.list_appeals(uow.session, edition_id)
    ]


async def remind_of_appeals(uow: UnitOfWork, limit: int) -> int:
    """Give a task for each appeal that is due soon, and another where it is overdue; decided ones need none. A timer."""
    await repository.close_tasks(uow.session, uow.now, BY_ITSELF, DECIDED)
    pressing = await repository.list_pressing(uow.session, uow.now, limit)
    await tasks.add_tasks(uow.session, [_to_task(uow, appeal) for appeal in pressing])
    return len(pressing)


def _to_task(uow: UnitOfWork, appeal: Appeal) -> Task:
    decide_by_at = appeal.decide_by_at.isoformat()
    return Task(
        task_id=uow.new_id(),
        edition_id=appeal.edition_id,
        application_id=appeal.application_id,
        kind=task_kind(appeal, uow.now),
        subject=f"appeal {decide_by_at}",
        data={"decide_by": decide_by_at},
        opened_at=uow.now,
    )
