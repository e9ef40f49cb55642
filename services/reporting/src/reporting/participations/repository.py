"""SQL of applications, places, attendances and notices.

What events say is gathered while a batch is handled and written before it commits, one statement a table: event by
event it would take a trip to the database each.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, event, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from reporting.participations.domain import Attendance, Participant, Place, Product
from reporting.participations.tables import ApplicationRow, AttendanceRow, NoticeRow, PlaceRow
from reporting.rows import Base

_PENDING = "reporting.participations"
Key = tuple[tuple[str, Any], ...]
Pending = dict[str, dict[Key, dict[str, Any]]]


def save_application(session: AsyncSession, application_id: UUID, values: Mapping[str, Any]) -> None:
    """Store what an event says of an application; what it does not say stays."""
    _gather(session, ApplicationRow.__tablename__, {"application_id": application_id}, values)


def save_place(session: AsyncSession, application_id: UUID, values: Mapping[str, Any]) -> None:
    """Store what an event says of an application's place."""
    _gather(session, PlaceRow.__tablename__, {"application_id": application_id}, values)


def save_attendance(
    session: AsyncSession, edition_id: UUID, booth_code: str, on: date, values: Mapping[str, Any]
) -> None:
    """Store who was at a booth on a day."""
    key = {"edition_id": edition_id, "booth_code": booth_code, "on": on}
    _gather(session, AttendanceRow.__tablename__, key, values)


def save_notice(session: AsyncSession, notice_id: UUID, channel: str, values: Mapping[str, Any]) -> None:
    """Store what became of a notice on a channel."""
    _gather(session, NoticeRow.__tablename__, {"notice_id": notice_id, "channel": channel}, values)


def _gather(session: AsyncSession, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Keep what is to be written; of one row a later word goes over an earlier one."""
    pending: Pending | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = {}
        event.listen(session.sync_session, "before_commit", _write)
    pending.setdefault(table, {}).setdefault(tuple(key.items()), {}).update(values)


def _write(session: Session) -> None:
    """Write what was gathered, rows in the order of their keys, so that twin replicas never deadlock."""
    pending: Pending = session.info[_PENDING]
    for table, rows in pending.items():
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key in sorted(rows, key=str):
            by_columns.setdefault(tuple(sorted(rows[key])), []).append({**dict(key), **rows[key]})
        for columns, found in by_columns.items():
            session.connection().execute(_upsert(table, columns), found)
    pending.clear()


@cache
def _upsert(table: str, columns: tuple[str, ...]) -> Insert:
    target = Base.metadata.tables[table]
    statement = insert(target)
    return statement.on_conflict_do_update(
        index_elements=list(target.primary_key), set_={name: statement.excluded[name] for name in columns}
    )


async def find_place(session: AsyncSession, application_id: UUID) -> Place | None:
    """Return an application's place as told so far; None where nothing was told."""
    if session.info.get(_PENDING):
        await session.run_sync(_write)
    row = await session.get(PlaceRow, application_id, populate_existing=True)
    return None if row is None else _place(row)


async def list_participants(session: AsyncSession, edition_id: UUID) -> Sequence[Participant]:
    """Return every application of an edition that was ever accepted, by id."""
    query = (
        select(ApplicationRow)
        .where(ApplicationRow.edition_id == edition_id, ApplicationRow.booths_granted.is_not(None))
        .order_by(ApplicationRow.application_id)
    )
    return [_participant(row) for row in await session.scalars(query)]


async def list_places(session: AsyncSession, edition_id: UUID) -> Sequence[Place]:
    """Return the places of an edition, by application."""
    query = select(PlaceRow).where(PlaceRow.edition_id == edition_id).order_by(PlaceRow.application_id)
    return [_place(row) for row in await session.scalars(query)]


async def list_attendances(session: AsyncSession, edition_id: UUID) -> Sequence[Attendance]:
    """Return who was at which booth on which day, in order of day and booth."""
    return await _attendances(session, AttendanceRow.edition_id == edition_id)


async def list_attendances_on(session: AsyncSession, edition_id: UUID, days: set[date]) -> Sequence[Attendance]:
    """Return who was at which booth on some days."""
    return await _attendances(session, AttendanceRow.edition_id == edition_id, AttendanceRow.on.in_(days))


async def _attendances(session: AsyncSession, *conditions: ColumnElement[bool]) -> Sequence[Attendance]:
    query = select(AttendanceRow).where(AttendanceRow.present, *conditions)
    rows = await session.scalars(query.order_by(AttendanceRow.on, AttendanceRow.booth_code))
    return [Attendance(row.application_id, row.vendor_id, row.booth_code, row.on) for row in rows]


async def count_notices(session: AsyncSession, edition_id: UUID) -> Mapping[str, int]:
    """Return how many notices of an edition came to which end; one delivered on any channel counts as delivered."""
    query = select(NoticeRow.notice_id, NoticeRow.outcome).where(NoticeRow.edition_id == edition_id)
    outcomes: dict[UUID, set[str]] = {}
    for notice_id, outcome in await session.execute(query):
        outcomes.setdefault(notice_id, set()).add(outcome)
    ends = ["delivered" if "delivered" in found else "failed" for found in outcomes.values()]
    return {end: ends.count(end) for end in ("delivered", "failed")}


def _place(row: PlaceRow) -> Place:
    return Place(row.application_id, row.vendor_id, row.state, tuple(row.booth_codes))


def _participant(row: ApplicationRow) -> Participant:
    return Participant(
        application_id=row.application_id,
        vendor_id=row.vendor_id,
        trade_name=row.trade_name or "",
        vendor_type=row.vendor_type or "other",
        province_code=row.province_code,
        country=row.country or "VN",
        products=tuple(_product(product) for product in row.products or []),
    )


def _product(product: Mapping[str, Any]) -> Product:
    valid_to = product["certificate_valid_to"]
    return Product(
        product_id=UUID(product["product_id"]),
        name=product["name"],
        group=product["product_group"],
        stars=product["stars"],
        valid_to=None if valid_to is None else date.fromisoformat(valid_to),
    )
