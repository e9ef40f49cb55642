"""Who looks at the sign of a booth whose acceptance ended on a day of the fair."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from registration.applications.domain import Application, ApplicationState
from registration.editions.domain import Edition
from registration.editions.states import EditionState
from registration.lapses import repository
from registration.lapses.domain import BY_ITSELF, LAPSED, NOTHING_LEFT, STARRED, Task, is_by_lapse, products_of
from registration.vetting import repository as evaluations
from registration.vetting.repository import StoredEvaluation

TAKEN_IN = "Gộp vào việc mở sau về cùng biển hiệu / Taken into a later task about the same sign"

Signs = Mapping[UUID, frozenset[str]]
"""By application the products that stand on its sign with stars."""


async def read_signs(uow: UnitOfWork, edition: Edition, ending: Collection[UUID]) -> Signs:
    """Return what was told last of acceptances that may end; read before the judgements of their end are kept."""
    if not ending or not _is_held(edition):
        return {}
    return {key: _starred(told) for key, told in (await evaluations.list_told(uow.session, ending)).items()}


async def ask_about_sign(uow: UnitOfWork, application: Application, edition: Edition, signs: Signs) -> None:
    """Give one task to take the stars off the sign of an acceptance that a person ended for a lapse while the fair is held.

    Where one person may end it, the look gives that task at once. Here it was a task to decide, which ends with the
    acceptance, or no look has come between; older ones about the sign go into the new one.
    """
    is_ended = application.state is ApplicationState.REVOKED and is_by_lapse(application.reason_codes)
    if not (_is_held(edition) and is_ended):
        return
    newest = (await evaluations.list_newest(uow.session, [application.application_id]))[application.application_id]
    lost = signs.get(application.application_id, frozenset()) - _starred(newest)
    about = await repository.list_about(uow.session, application.application_id, [NOTHING_LEFT, LAPSED])
    if not lost and not any(task.kind == NOTHING_LEFT for task in about):
        return
    asked = [task for task in about if task.kind == NOTHING_LEFT or task.done_at is None]
    task = _to_task(uow, application, newest, {*lost, *(str(one) for task in asked for one in products_of(task))})
    await repository.save_tasks(uow.session, _taken_in(uow, asked))
    await repository.add_lapses(uow.session, [task] if task.subject else [])


def _is_held(edition: Edition) -> bool:
    return (edition.resume_to or edition.state) is EditionState.LIVE


def _starred(judged: StoredEvaluation) -> frozenset[str]:
    return frozenset(one["product_id"] for one in judged.products if one["product_class"] == STARRED)


def _taken_in(uow: UnitOfWork, asked: Sequence[Task]) -> list[Task]:
    """Return the older tasks about the sign as done."""
    return [replace(one, done_at=uow.now, done_by=BY_ITSELF, note=TAKEN_IN) for one in asked if one.kind == LAPSED]


def _to_task(uow: UnitOfWork, application: Application, newest: StoredEvaluation, asked: Collection[str]) -> Task:
    """Return the task about those products asked about that do not count with their stars now.

    A product that the dossier shows no more is on no sign.
    """
    names = {one["product_id"]: one["name"] for one in newest.inputs["products"]}
    ids = sorted((set(asked) & names.keys()) - _starred(newest))
    return Task(
        task_id=uow.new_id(),
        edition_id=application.edition_id,
        application_id=application.application_id,
        kind=LAPSED,
        subject=" ".join(ids),
        data={"products": "; ".join(names[one] for one in ids), "found_on": local_date(uow.now).isoformat()},
        opened_at=uow.now,
    )
