"""How much allocation has still to work on, counted by one statement: who waits for its rest asks again and again."""

from sqlalchemy import select

from allocation.repairs.repository import COUNT_QUEUED
from allocation.resumptions.repository import COUNT_BEHIND
from allocation.runs.repository import COUNT_UNFINISHED
from common.delivery.unit_of_work import UnitOfWork

_OPEN = select(COUNT_UNFINISHED.scalar_subquery() + COUNT_QUEUED.scalar_subquery() + COUNT_BEHIND.scalar_subquery())


async def count_open(uow: UnitOfWork) -> int:
    """Return how many runs are to be solved or explained, repairs to be found, and editions to go on."""
    return await uow.session.scalar(_OPEN) or 0
