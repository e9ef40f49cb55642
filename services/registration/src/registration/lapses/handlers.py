"""Certificates are looked at again; where one has lapsed, its readers are told and a person gets a task."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from common.calendar import local_date
from common.contracts.registration import ApplicationRevoked
from common.delivery.unit_of_work import UnitOfWork
from registration.acceptances.handlers import to_accepted
from registration.applications import domain as application_domain
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application, ApplicationState
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.lapses import repository
from registration.lapses.domain import CertificateLoss, Task, TaskDoneError, codes_of, find_lapses
from registration.reviews import handlers as reviews
from registration.vetting import handlers as vetting
from registration.vetting import repository as evaluations
from registration.vetting.handlers import Judgement
from registration.vetting.reasons import to_reasons
from registration.vetting.repository import Packs

LAPSED = "certificate_lapsed"
LOT = 25
"""So many dossiers are in memory at once."""
Lapsed = tuple[Application, Judgement, tuple[UUID, ...]]
"""An application, what the rules say of it now, and the products that no longer hold their class."""


@dataclass(frozen=True)
class Checked:
    """What a look at an edition's certificates found; ``revoked`` have no eligible product left."""

    checked: int
    lapsed: tuple[UUID, ...]
    revoked: tuple[UUID, ...]


async def record_loss(uow: UnitOfWork, loss: CertificateLoss, recorded_by: str) -> None:
    """Keep that a certificate was recalled; the next look finds who is concerned. Raises NotFoundError."""
    await repository.add_loss(uow.session, loss, recorded_by, uow.now)


async def check_certificates(uow: UnitOfWork, edition_id: UUID) -> Checked:
    """Judge all accepted applications of an edition as of today; twice a day finds nothing twice."""
    edition = await editions.lock_edition(uow.session, edition_id, shared=True)
    today = local_date(uow.now)
    packs = await vetting.get_packs(uow, edition)
    accepted = await application_repository.lock_in_states(uow.session, edition_id, [ApplicationState.ACCEPTED])
    found: list[Lapsed] = []
    for first in range(0, len(accepted), LOT):
        found += await _find_lapsed(uow, edition, packs, accepted[first : first + LOT])
    await vetting.keep_all(uow, [judgement for _, judgement, _ in found], "recheck")
    revoked = [await _tell(uow, application, judgement) for application, judgement, _ in found]
    await repository.add_tasks(uow.session, [_to_task(uow, *one, today) for one in found])
    await repository.add_check(uow.session, edition_id, today, len(found), uow.now)
    return Checked(
        len(accepted),
        tuple(application.application_id for application, _, _ in found),
        tuple(one.application_id for one in revoked if one.state is ApplicationState.REVOKED),
    )


async def _find_lapsed(
    uow: UnitOfWork, edition: Edition, packs: Packs, accepted: Sequence[Application]
) -> list[Lapsed]:
    """Return the applications with products that no longer hold the class that they were accepted with."""
    subjects = await applications.to_subjects(uow, accepted, edition, packs)
    before = await evaluations.list_newest(uow.session, [one.application_id for one in accepted])
    found: list[Lapsed] = []
    for application, subject in zip(accepted, subjects, strict=True):
        judgement = vetting.judge(subject, packs)
        held = {UUID(one["product_id"]): one["product_class"] for one in before[application.application_id].products}
        holds = {one.product_id: one.product_class for one in judgement.evaluation.products}
        lapses = find_lapses(held, holds)
        if lapses:
            found.append((application, judgement, lapses))
    return found


async def _tell(uow: UnitOfWork, application: Application, judgement: Judgement) -> Application:
    """Tell what is left: without an eligible product the acceptance ends, else it is told again with what still counts."""
    if any(product.is_eligible for product in judgement.evaluation.products):
        uow.emit(to_accepted(application, judgement))
        return application
    rules = judgement.packs.eligibility
    was_recalled = any(
        one.certificate is not None and one.certificate.revoked_on is not None
        for one in judgement.subject.stored.dossier.products
    )
    open_names = [one.name for one in reviews.open_codes(judgement)]
    codes = codes_of(open_names, was_recalled=was_recalled)
    revoked = application_domain.revoke(application, uow.now, codes)
    await application_repository.save_application(uow.session, revoked)
    uow.emit(
        ApplicationRevoked(
            edition_id=application.edition_id,
            application_id=application.application_id,
            vendor_id=application.vendor_id,
            reasons=to_reasons(codes, rules, judgement.evaluation.findings),
        )
    )
    return revoked


def _to_task(
    uow: UnitOfWork, application: Application, judgement: Judgement, lapses: Sequence[UUID], today: date
) -> Task:
    products = zip(judgement.subject.stored.product_ids, judgement.subject.stored.dossier.products, strict=True)
    names = [product.name for product_id, product in products if product_id in lapses]
    return Task(
        task_id=uow.new_id(),
        edition_id=application.edition_id,
        application_id=application.application_id,
        kind=LAPSED,
        subject=" ".join(str(one) for one in lapses),
        data={"products": "; ".join(names), "found_on": today.isoformat()},
        opened_at=uow.now,
    )


async def check_due_certificates(uow: UnitOfWork, limit: int) -> int:
    """Look at the certificates of editions that were not looked at today, before their allocation and on fair days. A timer."""
    due = await repository.list_unchecked(uow.session, local_date(uow.now), limit)
    for edition_id in due:
        await check_certificates(uow, edition_id)
    return len(due)


async def do_task(uow: UnitOfWork, task_id: UUID, done_by: str, note: str) -> Task:
    """Keep what a person did about a task; raises NotFoundError, TaskDoneError."""
    task = await repository.lock_task(uow.session, task_id)
    if task.done_at is not None:
        raise TaskDoneError("Việc này đã được xử lý.", "The task was done already.")
    done = replace(task, done_at=uow.now, done_by=done_by, note=note)
    await repository.save_task(uow.session, done)
    return done
