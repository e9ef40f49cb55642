"""What is done with an edition's booths."""

from collections.abc import Sequence
from uuid import UUID

from allocation.booths import repository
from allocation.booths.domain import Booth
from common.delivery.unit_of_work import UnitOfWork


async def replace_booths(uow: UnitOfWork, edition_id: UUID, booths: Sequence[Booth]) -> None:
    """Put the booths of a new floor plan in the place of the old ones."""
    await repository.replace_booths(uow.session, edition_id, booths)
