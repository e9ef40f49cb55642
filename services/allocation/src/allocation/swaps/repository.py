"""Swaps as stored."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.swaps.domain import Side, Swap, SwapState
from allocation.swaps.tables import SwapRow
from common.database.engine import table_of
from common.errors import NotFoundError

SWAPS = table_of(SwapRow)
APPLICATIONS = table_of(ApplicationRow)


def to_swap(row: Any) -> Swap:
    return Swap(
        swap_id=row.swap_id,
        edition_id=row.edition_id,
        state=SwapState(row.state),
        one=Side(row.one_id, row.one_vendor_id, tuple(row.one_booths), row.one_consented_at),
        other=Side(row.other_id, row.other_vendor_id, tuple(row.other_booths), row.other_consented_at),
        proposed_at=row.proposed_at,
        ended_at=row.ended_at,
    )


def _to_values(swap: Swap) -> dict[str, Any]:
    sides = {
        f"{name}_{field}": value
        for name, side in (("one", swap.one), ("other", swap.other))
        for field, value in (
            ("id", side.application_id),
            ("vendor_id", side.vendor_id),
            ("booths", list(side.booth_codes)),
            ("consented_at", side.consented_at),
        )
    }
    names = ("swap_id", "edition_id", "state", "proposed_at", "ended_at")
    return {name: getattr(swap, name) for name in names} | sides


async def save_swap(session: AsyncSession, swap: Swap) -> None:
    values = _to_values(swap)
    adding = insert(SWAPS).values(values)
    await session.execute(adding.on_conflict_do_update(index_elements=["swap_id"], set_=values))


async def get_swap(session: AsyncSession, swap_id: UUID) -> Swap:
    """Return a swap; raises NotFoundError."""
    row = (await session.execute(select(SWAPS).where(SWAPS.c.swap_id == swap_id))).one_or_none()
    if row is None:
        raise NotFoundError("swap", swap_id)
    return to_swap(row)


async def list_swaps(session: AsyncSession, edition_id: UUID) -> list[Swap]:
    """Return an edition's swaps in the order of their proposal."""
    query = select(SWAPS).where(SWAPS.c.edition_id == edition_id).order_by(SWAPS.c.swap_id)
    return [to_swap(row) for row in await session.execute(query)]


async def get_names(session: AsyncSession, swap: Swap) -> dict[UUID, str]:
    """Return the trade names of both sides by application."""
    ids = (swap.one.application_id, swap.other.application_id)
    query = select(APPLICATIONS.c.application_id, APPLICATIONS.c.trade_name)
    return dict((await session.execute(query.where(APPLICATIONS.c.application_id.in_(ids)))).all())
