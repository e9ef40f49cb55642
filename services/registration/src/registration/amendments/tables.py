"""Rows of amendments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class AmendmentRow(Base):
    """One changed value; rows are added, never changed."""

    __tablename__ = "amendments"

    amendment_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), index=True)
    field: Mapped[str]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    by: Mapped[str]
    amended_by: Mapped[str]
    agency_code: Mapped[str | None]
    reason: Mapped[str]
    note: Mapped[str | None]
    amended_at: Mapped[datetime]
    paper: Mapped[str | None]
    paper_issued_on: Mapped[date | None]
