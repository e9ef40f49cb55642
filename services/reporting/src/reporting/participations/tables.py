"""Rows: what is told of each application, kept apart by teller, so that either may come first."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reporting.rows import Base

Json = JSONB(none_as_null=True)


class ApplicationRow(Base):
    """An application as registration tells it; ``products`` are the eligible ones once it is accepted."""

    __tablename__ = "applications"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    vendor_id: Mapped[UUID]
    state: Mapped[str]
    trade_name: Mapped[str | None]
    vendor_type: Mapped[str | None]
    province_code: Mapped[str | None]
    country: Mapped[str | None]
    channel: Mapped[str | None]
    nominating_agency_code: Mapped[str | None]
    booths_granted: Mapped[int | None]
    products: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    reason_codes: Mapped[list[str] | None] = mapped_column(Json)


class PlaceRow(Base):
    """An application's place as allocation tells it; ``booth_codes`` are those held now."""

    __tablename__ = "places"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    vendor_id: Mapped[UUID]
    state: Mapped[str]
    booth_codes: Mapped[list[str]] = mapped_column(JSONB)
    waitlist_position: Mapped[int | None]
    reason_codes: Mapped[list[str] | None] = mapped_column(Json)


class AttendanceRow(Base):
    """Who was at a booth on a day, or was not."""

    __tablename__ = "attendances"
    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    booth_code: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    application_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    present: Mapped[bool]


class NoticeRow(Base):
    """What became of a notice on one channel."""

    __tablename__ = "notices"
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID | None] = mapped_column(index=True)
    purpose: Mapped[str]
    recipient_kind: Mapped[str]
    outcome: Mapped[str]
    reason_code: Mapped[str | None]
