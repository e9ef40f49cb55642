"""Certificates are looked at again; where one has lapsed, its readers are told and a person gets a task."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from registration.appeals.domain import decide_by
from registration.applications import domain as application_domain
from registration.applications import repository as application_repository
from registration.applications.domain import ApplicationState
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.lapses import repository
from registration.lapses.domain import (
    BY_ITSELF,
    LAPSED,
    NOTHING_LEFT,
    CertificateLoss,
    Task,
    TaskDoneError,
)
from registration.lapses.ending import end, give_up_ends, propose_ends
from registration.lapses.telling import (
    Lapse,
    ask_about_papers,
    close_tasks,
    look_at,
    look_for_lapses,
    move_days,
    tell_again,
    to_task,
)
from registration.reviews import repository as decisions
from registration.vetting import handlers as vetting
from registration.vetting.repository import NEW_DATES, Packs

RECHECK = "recheck"
LOT = 25
"""So many dossiers are in memory at once."""


@dataclass(frozen=True)
class Checked:
    """What a look at an edition's certificates found; ``revoked`` had no eligible product left and ended by it."""

    checked: int
    lapsed: tuple[UUID, ...]
    revoked: tuple[UUID, ...]


async def record_loss(uow: UnitOfWork, loss: CertificateLoss, recorded_by: str) -> None:
    """Keep that a certificate was recalled; the next look finds who is concerned. Raises NotFoundError."""
    await repository.add_loss(uow.session, loss, recorded_by, uow.now)


async def check_certificates(uow: UnitOfWork, edition_id: UUID) -> Checked:
    """Judge all accepted applications of an edition by what is known today; twice a day finds nothing twice.

    Raises EditionOverError.
    """
    edition = await editions.hold_running(uow.session, edition_id, shared=True)
    packs = await vetting.get_packs(uow, edition)
    accepted = await application_repository.lock_in_states(uow.session, edition_id, [ApplicationState.ACCEPTED])
    found: list[Lapse] = []
    for first in range(0, len(accepted), LOT):
        found += await look_for_lapses(uow, edition, packs, accepted[first : first + LOT])
    await vetting.keep_all(uow, [one.judgement for one in found], RECHECK)
    policy = await decisions.get_policy(uow.session, edition_id)
    left = [one for one in found if one.leaves_nothing]
    if policy.second_person:
        await _wait_for_two(uow, left, _decide_by(uow, edition, packs))
        revoked: list[UUID] = []
    else:
        revoked = [await end(uow, one) for one in left]
        await repository.add_lapses(uow.session, [to_task(uow, one, LAPSED) for one in left])
    lapsed = [one for one in found if not one.leaves_nothing]
    tell_again(uow, lapsed)
    await repository.add_lapses(uow.session, [to_task(uow, one, LAPSED) for one in lapsed])
    await repository.add_check(uow.session, edition_id, local_date(uow.now), len(found), uow.now)
    return Checked(len(accepted), tuple(one.application.application_id for one in found), tuple(revoked))


async def _wait_for_two(uow: UnitOfWork, left: Sequence[Lapse], until: datetime) -> None:
    """Propose the end of acceptances with nothing left; until two have decided they stand, and get no place."""
    tell_again(uow, left, until)
    await repository.add_lapses(uow.session, [to_task(uow, one, NOTHING_LEFT, until) for one in left])
    await propose_ends(uow, left)


async def check_new_dates(uow: UnitOfWork, edition: Edition) -> None:
    """Judge all accepted applications by the new dates of an edition.

    What lapses by them or counts again is told, and an acceptance stands also where no eligible product is left: the
    vendor keeps a place that it holds and is given no other, and a person decides about it by the day until which it may
    send a new certificate. That day moves with the dates. Of other mandatory papers that lapse by them
    the vendor is told, and a person.
    """
    packs = await vetting.get_packs(uow, edition)
    accepted = await application_repository.lock_in_states(uow.session, edition.edition_id, [ApplicationState.ACCEPTED])
    until = _decide_by(uow, edition, packs)
    for first in range(0, len(accepted), LOT):
        looked = await look_at(uow, edition, packs, accepted[first : first + LOT])
        moved = await move_days(uow, looked, until)
        held = [one for one in looked if not one.is_news]
        other = [one for one in held if one.papers or one.has_papers_again]
        await vetting.keep_all(uow, [one.judgement for one in held if one not in other], NEW_DATES)
        await vetting.keep_all(uow, [one.judgement for one in other], RECHECK)
        told = [one for one in looked if one.is_news or one.papers or one.application.application_id in moved]
        tell_again(uow, [moved.get(one.application.application_id, one) for one in told], until)
        await ask_about_papers(uow, looked, until, BY_ITSELF)
        await _keep_changed(uow, edition, [one for one in looked if one.is_news], until)


async def _keep_changed(uow: UnitOfWork, edition: Edition, changed: Sequence[Lapse], until: datetime) -> None:
    """Keep what new dates changed of acceptances, with its tasks; who has nothing left waits until a day."""
    await vetting.keep_all(uow, [one.judgement for one in changed], RECHECK)
    regained = [one for one in changed if one.regained]
    await close_tasks(uow, regained, BY_ITSELF)
    await give_up_ends(uow, edition, [one for one in regained if not one.leaves_nothing])
    lapsed = [one for one in changed if one.product_ids]
    await repository.add_lapses(uow.session, [to_task(uow, one, LAPSED) for one in lapsed if not one.leaves_nothing])
    left = [to_task(uow, one, NOTHING_LEFT, until) for one in lapsed if one.leaves_nothing]
    await repository.add_lapses(uow.session, left)


def _decide_by(uow: UnitOfWork, edition: Edition, packs: Packs) -> datetime:
    """Return by when it is decided on an acceptance with nothing eligible: as on an appeal, in time for the waiting list."""
    deadlines = packs.eligibility.deadlines
    usual = application_domain.add_working_days(uow.now, deadlines.reply_working_days)
    return decide_by(usual, uow.now, edition.planned.first, deadlines.late_withdrawal_days_before)


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
