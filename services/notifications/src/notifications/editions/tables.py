"""Rows of what notices print about an edition: its names and dates, its papers, its booths."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from notifications.rows import Base


class EditionRow(Base):
    """An edition as last told by registration."""

    __tablename__ = "editions"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[dict[str, Any]] = mapped_column(JSONB)
    venue_name: Mapped[dict[str, Any]] = mapped_column(JSONB)
    first_on: Mapped[date]
    last_on: Mapped[date]
    closes_at: Mapped[datetime]
    plan_paper: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    schedule_paper: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_suspended: Mapped[bool]
    is_cancelled: Mapped[bool]


class PlanBoothRow(Base):
    """A booth of the newest floor plan."""

    __tablename__ = "plan_booths"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    booth_code: Mapped[str] = mapped_column(primary_key=True)
    zone_name: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    area_m2: Mapped[float]
    corner: Mapped[bool]
    power_sockets: Mapped[int]


class ReleasedRunRow(Base):
    """A released run of the allocation with the paper behind it."""

    __tablename__ = "released_runs"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    paper: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
