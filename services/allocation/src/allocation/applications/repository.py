"""Applications as stored."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.domain import Application, ApplicationState
from allocation.applications.tables import ApplicationRow
from common.errors import NotFoundError


def to_application(row: ApplicationRow) -> Application:
    return Application(
        application_id=row.application_id,
        edition_id=row.edition_id,
        vendor_id=row.vendor_id,
        trade_name=row.trade_name,
        vendor_type=row.vendor_type,
        province_code=row.province_code,
        country=row.country,
        product_group=row.product_group,
        booths_granted=row.booths_granted,
        zone_codes=None if row.zone_codes is None else tuple(row.zone_codes),
        corner=row.corner,
        power=row.power,
        not_beside_group=row.not_beside_group,
        points=row.points,
        draw_key=row.draw_key,
        state=ApplicationState(row.state),
    )


async def save_application(session: AsyncSession, application: Application, accepted_at: datetime) -> None:
    values = {**asdict(application), "accepted_at": accepted_at}
    await session.execute(
        insert(ApplicationRow).values(values).on_conflict_do_update(index_elements=["application_id"], set_=values)
    )


async def find_application(session: AsyncSession, application_id: UUID) -> Application | None:
    row = await session.get(ApplicationRow, application_id, populate_existing=True)
    return None if row is None else to_application(row)


async def get_application(session: AsyncSession, application_id: UUID) -> Application:
    """Return an application; raises NotFoundError."""
    application = await find_application(session, application_id)
    if application is None:
        raise NotFoundError("application", application_id)
    return application


async def mark_application(session: AsyncSession, application_id: UUID, state: ApplicationState) -> None:
    row = await session.get(ApplicationRow, application_id)
    if row is not None:
        row.state = state


async def list_applications(session: AsyncSession, edition_id: UUID) -> list[Application]:
    """Return an edition's applications in the order of their acceptance."""
    rows = await session.scalars(
        select(ApplicationRow)
        .where(ApplicationRow.edition_id == edition_id)
        .order_by(ApplicationRow.arrival)
        .execution_options(populate_existing=True)
    )
    return [to_application(row) for row in rows]
