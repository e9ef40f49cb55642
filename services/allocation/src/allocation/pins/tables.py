"""Rows of pins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class PinRow(Base):
    """A word of the committee; it is never deleted, only withdrawn."""

    __tablename__ = "pins"

    pin_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    application_id: Mapped[UUID]
    rule: Mapped[str]
    target: Mapped[str]
    code: Mapped[str | None]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
