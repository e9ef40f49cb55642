"""Who looks at the sign of a booth whose acceptance ended on a day of the fair."""

from collections.abc import Sequence
from dataclasses import replace

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from registration.applications.domain import Application, ApplicationState
from registration.editions.domain import Edition
from registration.editions.states import EditionState
from registration.lapses import repository
from registration.lapses.domain import BY_ITSELF, LAPSED, NOTHING_LEFT, STARRED, Task, is_by_lapse, products_of
from registration.vetting import repository as evaluations

TAKEN_IN = "Gộp vào việc mở sau về cùng biển hiệu / Taken into a later task about the same sign"


async def ask_about_sign(uow: UnitOfWork, application: Application, edition: Edition) -> None:
    """Give one task to take the stars off the sign of an acceptance that two ended for a lapse while the fair is held.

    Where one person may end it, the look gives that task at once. Here it was a task to decide, which ends with the
    acceptance; older ones about the sign go into the new one.
    """
    is_held = (edition.resume_to or edition.state) is EditionState.LIVE
    is_ended = application.state is ApplicationState.REVOKED and is_by_lapse(application.reason_codes)
    if not (is_held and is_ended):
        return
    about = await repository.list_about(uow.session, application.application_id, [NOTHING_LEFT, LAPSED])
    if not any(task.kind == NOTHING_LEFT for task in about):
        return
    asked = [task for task in about if task.kind == NOTHING_LEFT or task.done_at is None]
    task = await _to_task(uow, application, asked)
    older = [one for one in asked if one.kind == LAPSED]
    done = [replace(one, done_at=uow.now, done_by=BY_ITSELF, note=TAKEN_IN) for one in older]
    await repository.save_tasks(uow.session, done)
    await repository.add_lapses(uow.session, [task] if task.subject else [])


async def _to_task(uow: UnitOfWork, application: Application, asked: Sequence[Task]) -> Task:
    """Return the task about all products asked about that do not count with their stars now."""
    newest = (await evaluations.list_newest(uow.session, [application.application_id]))[application.application_id]
    starred = {one["product_id"] for one in newest.products if one["product_class"] == STARRED}
    ids = sorted({str(one) for task in asked for one in products_of(task)} - starred)
    names = {one["product_id"]: one["name"] for one in newest.inputs["products"]}
    return Task(
        task_id=uow.new_id(),
        edition_id=application.edition_id,
        application_id=application.application_id,
        kind=LAPSED,
        subject=" ".join(ids),
        data={"products": "; ".join(names[one] for one in ids), "found_on": local_date(uow.now).isoformat()},
        opened_at=uow.now,
    )
