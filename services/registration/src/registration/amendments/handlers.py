"""Records what was changed of applications."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.amendments import repository
from registration.amendments.domain import Amender, Amendment, Grounds, kept_value


@dataclass(frozen=True)
class Changed:
    """A field with its old and new value."""

    field: str
    old: object
    new: object


async def record(
    uow: UnitOfWork, application_id: UUID, changes: Iterable[Changed], by: Amender, grounds: Grounds
) -> None:
    """Keep changed values with who, when and why; of contacts only that they were changed."""
    kept = [to_amendment(uow, application_id, change, by, grounds) for change in changes]
    await repository.add_amendments(uow.session, kept)


def to_amendment(uow: UnitOfWork, application_id: UUID, change: Changed, by: Amender, grounds: Grounds) -> Amendment:
    return Amendment(
        amendment_id=uow.new_id(),
        application_id=application_id,
        field=change.field,
        old_value=kept_value(change.field, change.old),
        new_value=kept_value(change.field, change.new),
        by=by.kind,
        amended_by=by.subject,
        agency_code=by.agency_code,
        reason=grounds.reason_code,
        amended_at=uow.now,
        note=grounds.note,
        paper=grounds.paper,
        paper_issued_on=grounds.paper_issued_on,
    )
