"""Tasks that nobody has to do any more: their application is no acceptance now, or its edition is over."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.applications.domain import STATE_NAMES, ApplicationState
from registration.editions.endings import OVER
from registration.editions.states import STATE_NAMES as EDITION_NAMES
from registration.editions.states import EditionState
from registration.lapses import repository
from registration.lapses.domain import BY_ITSELF
from registration.lapses.repository import Where


async def close_settled(uow: UnitOfWork, limit: int) -> int:
    """Close tasks that have nothing left to do, so many at once. A timer."""
    return await _close(uow, await repository.lock_settled(uow.session, limit))


async def close_of_application(uow: UnitOfWork, application_id: UUID) -> None:
    """Close at once what an application that was withdrawn, decided on or taken back leaves undone."""
    await close_of_applications(uow, [application_id])


async def close_of_applications(uow: UnitOfWork, application_ids: Collection[UUID]) -> None:
    """Close at once what applications that were decided on leave undone."""
    await _close(uow, await repository.lock_settled(uow.session, application_ids=application_ids))


async def close_of_edition(uow: UnitOfWork, edition_id: UUID) -> None:
    """Close at once what an edition that was called off or is over leaves undone."""
    await _close(uow, await repository.lock_settled(uow.session, edition_id=edition_id))


async def _close(uow: UnitOfWork, settled: Collection[Where]) -> int:
    done = [replace(one.task, done_at=uow.now, done_by=BY_ITSELF, note=_say_why(one)) for one in settled]
    await repository.save_tasks(uow.session, done)
    return len(done)


def _say_why(where: Where) -> str:
    edition = EditionState(where.edition_state)
    if edition in OVER:
        vi, en = EDITION_NAMES[edition]
        return f"Kỳ sự kiện {vi} / The event is {en}"
    vi, en = STATE_NAMES[ApplicationState(where.application_state)]
    return f"Hồ sơ {vi} / The application is {en}"
