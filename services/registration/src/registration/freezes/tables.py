"""Rows of the dates that an edition sets for fields itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class FieldDatesRow(Base):
    __tablename__ = "field_dates"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    required_after: Mapped[datetime | None]
    frozen_after: Mapped[datetime | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
