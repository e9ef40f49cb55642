"""Places as stored."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.places.domain import Outcome, Place, Placement
from allocation.places.tables import HeldBoothRow, PlaceRow
from common.errors import NotFoundError


def to_place(row: PlaceRow) -> Place:
    return Place(
        application_id=row.application_id,
        edition_id=row.edition_id,
        vendor_id=row.vendor_id,
        outcome=Outcome(row.outcome),
        booth_codes=tuple(row.booth_codes),
        offer_id=row.offer_id,
        reply_by_at=row.reply_by_at,
        run_id=row.run_id,
        standing=row.standing,
        waiting_rank=row.waiting_rank,
    )


async def find_place(session: AsyncSession, application_id: UUID) -> Place | None:
    row = await session.get(PlaceRow, application_id, populate_existing=True)
    return None if row is None else to_place(row)


async def get_place(session: AsyncSession, application_id: UUID) -> Place:
    """Return where an application stands; raises NotFoundError."""
    place = await find_place(session, application_id)
    if place is None:
        raise NotFoundError("place", application_id)
    return place


async def list_places(
    session: AsyncSession, edition_id: UUID, outcomes: Collection[Outcome] | None = None
) -> list[Place]:
    """Return an edition's places, of some outcomes only: by standing, at last the waiting list in its order."""
    query = select(PlaceRow).where(PlaceRow.edition_id == edition_id)
    if outcomes is not None:
        query = query.where(PlaceRow.outcome.in_(outcomes))
    query = query.order_by(PlaceRow.waiting_rank.nulls_first(), PlaceRow.standing, PlaceRow.application_id)
    return [to_place(row) for row in await session.scalars(query, execution_options={"populate_existing": True})]


async def find_holder(session: AsyncSession, edition_id: UUID, booth_code: str) -> Place | None:
    """Return the place to which a booth belongs; None for a booth without holder."""
    query = (
        select(PlaceRow)
        .join(HeldBoothRow, HeldBoothRow.application_id == PlaceRow.application_id)
        .where(HeldBoothRow.edition_id == edition_id, HeldBoothRow.booth_code == booth_code)
        .execution_options(populate_existing=True)
    )
    row = await session.scalar(query)
    return None if row is None else to_place(row)


async def save_places(session: AsyncSession, places: Sequence[Place]) -> None:
    """Store places and who holds which booth; a booth that two hold fails on its unique constraint."""
    if not places:
        return
    statement = upsert(PlaceRow)
    changes = {name: statement.excluded[name] for name in Place.__dataclass_fields__}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["application_id"], set_=changes),
        [asdict(place) for place in places],
    )
    ids = [place.application_id for place in places]
    await session.execute(delete(HeldBoothRow).where(HeldBoothRow.application_id.in_(ids)))
    held = [
        {"application_id": place.application_id, "edition_id": place.edition_id, "booth_code": code}
        for place in places
        for code in place.booth_codes
    ]
    if held:
        await session.execute(insert(HeldBoothRow), held)


async def list_placements(session: AsyncSession, edition_id: UUID, after: str | None, limit: int) -> list[Placement]:
    """Return where an edition's applications stand, by application; ``after`` is the last one seen."""
    position = func.row_number().over(order_by=PlaceRow.waiting_rank).label("position")
    line = (
        select(PlaceRow.application_id, position)
        .where(PlaceRow.edition_id == edition_id, PlaceRow.waiting_rank.is_not(None))
        .subquery()
    )
    query = (
        select(PlaceRow, ApplicationRow.trade_name, line.c.position)
        .join(ApplicationRow, ApplicationRow.application_id == PlaceRow.application_id)
        .outerjoin(line, line.c.application_id == PlaceRow.application_id)
        .where(PlaceRow.edition_id == edition_id)
    )
    if after is not None:
        query = query.where(PlaceRow.application_id > UUID(after))
    rows = await session.execute(query.order_by(PlaceRow.application_id).limit(limit))
    return [Placement(to_place(row), trade_name, position) for row, trade_name, position in rows]
