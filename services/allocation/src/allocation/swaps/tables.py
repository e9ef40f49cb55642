"""Rows of swaps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class SwapRow(Base):
    """A swap with both sides; the booths are those that both agree to give."""

    __tablename__ = "swaps"

    swap_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str]
    one_id: Mapped[UUID]
    one_vendor_id: Mapped[UUID]
    one_booths: Mapped[list[str]] = mapped_column(ARRAY(String))
    one_consented_at: Mapped[datetime | None]
    other_id: Mapped[UUID]
    other_vendor_id: Mapped[UUID]
    other_booths: Mapped[list[str]] = mapped_column(ARRAY(String))
    other_consented_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
