"""Rows of check-ins."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class CheckInRow(Base):
    """What the inspector saw of a holder on a day; a later look may find a holder that was missing before."""

    __tablename__ = "check_ins"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    is_present: Mapped[bool]
    seen_at: Mapped[datetime]
