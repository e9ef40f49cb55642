"""Applications as stored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.domain import Application, ApplicationState
from allocation.applications.tables import ApplicationRow
from common.database.engine import table_of

APPLICATIONS = table_of(ApplicationRow)
FIELDS = tuple(Application.__dataclass_fields__)

_LIST = (
    select(APPLICATIONS).where(APPLICATIONS.c.edition_id == bindparam("edition_id")).order_by(APPLICATIONS.c.arrival)
)
_FIND = select(APPLICATIONS).where(APPLICATIONS.c.application_id == bindparam("application_id"))
_ADD = insert(APPLICATIONS).values({name: bindparam(name) for name in (*FIELDS, "accepted_at")})
_SAVE = _ADD.on_conflict_do_update(
    index_elements=["application_id"], set_={name: _ADD.excluded[name] for name in (*FIELDS, "accepted_at")}
)
_MARK = (
    update(APPLICATIONS)
    .where(APPLICATIONS.c.application_id == bindparam("marked_id"))
    .values(state=bindparam("new_state"), departure=bindparam("new_departure", type_=APPLICATIONS.c.departure.type))
)


def to_application(row: Any) -> Application:
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
        stars=row.stars,
        lapsed_on=row.lapsed_on,
        merits=row.merits,
        cooking=row.cooking,
        is_first_event=row.is_first_event,
        departure=row.departure,
        nominated_by=row.nominated_by,
        rank=row.rank,
    )


async def save_application(session: AsyncSession, application: Application, accepted_at: datetime) -> None:
    await session.execute(_SAVE, {**vars(application), "accepted_at": accepted_at})


async def mark_application(
    session: AsyncSession, application_id: UUID, state: ApplicationState, departure: dict[str, str | None]
) -> None:
    marked = {"marked_id": application_id, "new_state": state, "new_departure": departure}
    await session.execute(_MARK, marked)


async def find_application(session: AsyncSession, application_id: UUID) -> Application | None:
    row = (await session.execute(_FIND, {"application_id": application_id})).one_or_none()
    return None if row is None else to_application(row)


async def list_applications(session: AsyncSession, edition_id: UUID) -> list[Application]:
    """Return an edition's applications in the order of their acceptance."""
    return [to_application(row) for row in await session.execute(_LIST, {"edition_id": edition_id})]
