"""What the log says beside a forgotten event, and who holds booths that it gives to another."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, String, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.places.tables import HeldBoothRow
from common.contracts.allocation import AllocationRunReleased, ApplicationWaitlisted
from common.database.engine import table_of
from common.delivery.plumbing import EventLogRow

HELD, LOG = table_of(HeldBoothRow), EventLogRow.__table__

_CAUSE, _TYPE = LOG.c.headers["ce_causationid"].astext, LOG.c.headers["ce_type"].astext
_STEP = select(LOG.c.value).where(
    LOG.c.key == bindparam("of_key"),
    ApplicationWaitlisted.event_type() == _TYPE,
    select(_CAUSE).where(LOG.c.position == bindparam("at")).correlate(None).scalar_subquery() == _CAUSE,
)
_RELEASED = select(
    exists().where(
        LOG.c.key == bindparam("of_key"),
        AllocationRunReleased.event_type() == _TYPE,
        LOG.c.headers["ce_subject"].astext == bindparam("run_id"),
    )
)
_TAKE = delete(HELD).where(
    HELD.c.edition_id == bindparam("of_edition"),
    HELD.c.booth_code == func.any(bindparam("codes", type_=ARRAY(String))),
    HELD.c.application_id != bindparam("holder"),
)


async def list_step(session: AsyncSession, edition_id: UUID, position: int) -> dict[UUID, int]:
    """Return the places in the line that were told in one step with the event of a position in the log, by application."""
    rows = await session.scalars(_STEP, {"of_key": str(edition_id).encode(), "at": position})
    told = [ApplicationWaitlisted.model_validate_json(value) for value in rows]
    return {each.application_id: each.position for each in told}


async def was_released(session: AsyncSession, edition_id: UUID, run_id: UUID) -> bool:
    """Tell whether the log says that a run was released."""
    values = {"of_key": str(edition_id).encode(), "run_id": str(run_id)}
    return bool(await session.scalar(_RELEASED, values))


async def take_from_others(session: AsyncSession, edition_id: UUID, holder: UUID, booth_codes: Sequence[str]) -> None:
    """Take booths from whoever else holds them."""
    await session.execute(_TAKE, {"of_edition": edition_id, "codes": list(booth_codes), "holder": holder})
