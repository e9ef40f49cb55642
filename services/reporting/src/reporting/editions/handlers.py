"""Folds what is told of an edition as a whole."""

from uuid import UUID

from common.contracts.allocation import AllocationRunCompleted, AllocationRunReleased, FloorPlanPublished
from common.contracts.registration import EditionEvent
from common.delivery.unit_of_work import UnitOfWork
from reporting.editions import repository
from reporting.editions.domain import Step
from reporting.positions.handlers import note_position


async def record_edition_step(uow: UnitOfWork, event: EditionEvent) -> None:
    """Keep a step of the edition's life; the edition is folded from its steps when it is read."""
    await _record(uow, event, event.edition_id)


async def record_allocation_step(
    uow: UnitOfWork, event: FloorPlanPublished | AllocationRunCompleted | AllocationRunReleased
) -> None:
    """Keep a plan or a run of an edition, also when the edition itself is not known yet."""
    await _record(uow, event, event.edition_id)


async def _record(
    uow: UnitOfWork,
    event: EditionEvent | FloorPlanPublished | AllocationRunCompleted | AllocationRunReleased,
    edition_id: UUID,
) -> None:
    cause = uow.cause
    if cause is None:
        raise RuntimeError("steps follow events; there is none at hand")
    step = Step(event.event_name(), cause.source, cause.sequence, cause.time, event.model_dump(mode="json"))
    await repository.add_step(uow.session, event_id=cause.event_id, edition_id=edition_id, step=step)
    note_position(uow)
