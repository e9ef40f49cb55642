"""SQL of applications, places, attendances and notices; what events say of them is gathered until their batch ends."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.gathering import find_gathered, gather
from reporting.participations.domain import Attendance, Participant, Place, Product
from reporting.participations.tables import ApplicationRow, AttendanceRow, NoticeRow, PlaceRow


def save_application(session: AsyncSession, application_id: UUID, values: Mapping[str, Any]) -> None:
    """Store what an event says of an application; what it does not say stays."""
    gather(session, ApplicationRow, {"application_id": application_id}, values)


def save_place(session: AsyncSession, application_id: UUID, values: Mapping[str, Any]) -> None:
    """Store what an event says of an application's place."""
    gather(session, PlaceRow, {"application_id": application_id}, values)


def save_attendance(
    session: AsyncSession, edition_id: UUID, booth_code: str, on: date, values: Mapping[str, Any]
) -> None:
    """Store who was at a booth on a day."""
    key = {"edition_id": edition_id, "booth_code": booth_code, "on": on}
    gather(session, AttendanceRow, key, values)


def save_notice(session: AsyncSession, notice_id: UUID, channel: str, values: Mapping[str, Any]) -> None:
    """Store what became of a notice on a channel."""
    gather(session, NoticeRow, {"notice_id": notice_id, "channel": channel}, values)


async def find_place(session: AsyncSession, application_id: UUID) -> Place | None:
    """Return an application's place as told so far; None where nothing was told."""
    said = find_gathered(session, PlaceRow, {"application_id": application_id})
    if said is not None:  # every event of a place says all of it but its reasons
        return Place(application_id, said["vendor_id"], said["state"], tuple(said["booth_codes"]))
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
        state=row.state,
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
