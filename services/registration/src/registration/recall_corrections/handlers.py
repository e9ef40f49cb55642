"""Takes a recall back that was entered by mistake: who lost by it counts again, or is decided on anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from registration.applications import domain as application_domain
from registration.applications import repository as application_repository
from registration.applications.domain import Application, ApplicationState
from registration.applications.subjects import to_subjects
from registration.assignments.domain import Reviewer
from registration.assignments.handlers import check_reviewer
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.editions.endings import OVER, SETTLED
from registration.lapses import repository as tasks
from registration.lapses.domain import LAPSED, RECALL_UNDONE, Task
from registration.lapses.ending import give_up_ends, list_ending
from registration.lapses.telling import Lapse, close_tasks, look_at, tell_again, to_task
from registration.recall_corrections import repository
from registration.recall_corrections.domain import KeptRecall, ended_by_recall
from registration.recall_corrections.repository import Concerned
from registration.reviews import repository as decisions
from registration.reviews.domain import check_other_person
from registration.vetting import handlers as vetting
from registration.vetting.repository import Packs

CORRECTION = "recall_correction"


@dataclass(frozen=True)
class Corrected:
    """A recall taken back: who was told that it counts again, and on whose acceptance it is decided anew.

    ``given_up``: whose acceptance was to end by it, after the fair, and does not.
    """

    recall: KeptRecall
    told: tuple[UUID, ...]
    reopened: tuple[UUID, ...]
    given_up: tuple[UUID, ...]


async def take_recall_back(
    uow: UnitOfWork, product_id: UUID, revoked_on: date, reason: str, reviewer: Reviewer
) -> Corrected:
    """Take a recall back; what was told because of it is told as regained, in editions that are not over.

    An acceptance that ended by it is under review again, for a person to decide. In an edition that was held, and is not
    reported, nobody is told and nothing reviewed again; what was proposed for it is given up. Raises NotFoundError; for
    who has an interest in one of these vendors; SecondPersonNeededError for who entered it, where an edition asks for two.
    """
    concerned = await repository.list_concerned(uow.session, product_id, SETTLED)
    by_edition = {key: list(mine) for key, mine in groupby(concerned, lambda one: one.edition_id)}
    every = [await editions.lock_edition(uow.session, edition_id, shared=True) for edition_id in by_edition]
    held = [edition for edition in every if edition.state not in OVER]  # one may have ended before it was held
    ended = [edition for edition in every if edition.state in OVER and edition.state not in SETTLED]
    for edition in ended:
        ending, mine = await list_ending(uow, edition), by_edition[edition.edition_id]
        by_edition[edition.edition_id] = [one for one in mine if one.application_id in ending]
    locked = await application_repository.lock_by_id(uow.session, [one.application_id for one in concerned])
    kept = await repository.lock_recall(uow.session, product_id, revoked_on)
    for edition in (*held, *ended):
        await _check_who(uow, edition, by_edition[edition.edition_id], kept, reviewer)
    kept = replace(kept, reason=reason, corrected_by=reviewer.subject, corrected_at=uow.now)
    await repository.keep_correction(uow.session, uow.new_id(), kept)
    told: list[UUID] = []
    reopened: list[UUID] = []
    given_up: list[UUID] = []
    for edition in ended:
        mine = [locked[one.application_id] for one in by_edition[edition.edition_id]]
        given_up += await _give_up(uow, edition, mine, product_id)
    for edition in held:
        mine = [locked[one.application_id] for one in by_edition[edition.edition_id]]
        packs = await vetting.get_packs(uow, edition)
        told += await _tell_regained(uow, edition, packs, mine, kept)
        reopened += await _reopen(uow, edition, packs, mine, kept)
    return Corrected(kept, tuple(told), tuple(reopened), tuple(given_up))


async def _check_who(
    uow: UnitOfWork, edition: Edition, concerned: Sequence[Concerned], kept: KeptRecall, reviewer: Reviewer
) -> None:
    if not concerned:
        return
    for one in concerned:
        await check_reviewer(uow, one.application_id, reviewer, in_turn=False)
    policy = await decisions.get_policy(uow.session, edition.edition_id)
    check_other_person(reviewer.subject, [kept.recorded_by], policy)


async def _give_up(uow: UnitOfWork, edition: Edition, mine: Sequence[Application], product_id: UUID) -> list[UUID]:
    """Give up the ends that were proposed for what counts again, in an edition where nothing else is done any more."""
    accepted = [one for one in mine if one.state is ApplicationState.ACCEPTED]
    if not accepted:
        return []
    looked = await look_at(uow, edition, await vetting.get_packs(uow, edition), accepted)
    return await give_up_ends(uow, edition, _counting(looked, product_id))


def _counting(looked: Sequence[Lapse], product_id: UUID) -> list[Lapse]:
    """Return whose product counts again, or still: an end may be proposed before any look has told that it does not."""
    return [one for one in looked if one.regained or one.has_stars(product_id)]


async def _tell_regained(
    uow: UnitOfWork, edition: Edition, packs: Packs, mine: Sequence[Application], kept: KeptRecall
) -> list[UUID]:
    """Tell acceptances that stand again with what counts again; their tasks are done, nobody ends them any more."""
    accepted = [one for one in mine if one.state is ApplicationState.ACCEPTED]
    looked = await look_at(uow, edition, packs, accepted) if accepted else []
    regained = [one for one in looked if one.regained]
    await vetting.keep_all(uow, [one.judgement for one in regained], CORRECTION)
    tell_again(uow, regained)
    await close_tasks(uow, regained, kept.corrected_by or "")
    lapsed = [one for one in regained if one.product_ids]  # told with it, so that no later look finds them
    await tasks.add_lapses(uow.session, [to_task(uow, one, LAPSED) for one in lapsed])
    await give_up_ends(uow, edition, _counting(looked, kept.product_id))
    return [one.application.application_id for one in regained]


async def _reopen(
    uow: UnitOfWork, edition: Edition, packs: Packs, mine: Sequence[Application], kept: KeptRecall
) -> list[UUID]:
    """Put under review again whose acceptance ended by the recall and who has something eligible without it.

    Nobody takes stars off a sign any more that count again.
    """
    ended = [one for one in mine if ended_by_recall(one.state, one.reason_codes)]
    if not ended:
        return []
    reopened = [application_domain.reopen(one) for one in ended]
    subjects = await to_subjects(uow, reopened, edition, packs)
    judged = {
        one.application_id: judgement
        for one, judgement in zip(reopened, [vetting.judge(subject, packs) for subject in subjects], strict=True)
        if any(product.is_eligible for product in judgement.evaluation.products)
    }
    again = [one for one in reopened if one.application_id in judged]
    await vetting.keep_all(uow, list(judged.values()), CORRECTION)
    if again:
        await application_repository.save_applications(uow.session, again)
    await close_tasks(uow, [Lapse(one, judged[one.application_id], ()) for one in again], kept.corrected_by or "")
    await tasks.add_lapses(uow.session, [_to_task(uow, one, kept) for one in again])
    return [one.application_id for one in again]


def _to_task(uow: UnitOfWork, application: Application, kept: KeptRecall) -> Task:
    """Return the task to decide on the acceptance again."""
    return Task(
        task_id=uow.new_id(),
        edition_id=application.edition_id,
        application_id=application.application_id,
        kind=RECALL_UNDONE,
        subject=str(kept.product_id),
        data={"paper": kept.paper, "reason": kept.reason or "", "found_on": local_date(uow.now).isoformat()},
        opened_at=uow.now,
    )
