"""Rows of what allocation tells of an application's place."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class ParticipationRow(Base):
    """``is_holding``: it confirmed a place and has it still, or had it to the end; ``missed_on`` are its days of absence."""

    __tablename__ = "participations"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    is_holding: Mapped[bool]
    seen_on: Mapped[date | None]
    missed_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
