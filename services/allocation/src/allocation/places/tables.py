"""Rows of places and of held booths."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class PlaceRow(Base):
    """One per accepted application; ``standing`` orders all by their claim, ``waiting_rank`` those who wait."""

    __tablename__ = "places"
    __table_args__ = (Index(None, "edition_id", "outcome"),)

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    outcome: Mapped[str]
    booth_codes: Mapped[list[str]] = mapped_column(ARRAY(String))
    offer_id: Mapped[UUID | None]
    reply_by_at: Mapped[datetime | None]
    run_id: Mapped[UUID | None]
    standing: Mapped[int | None]
    waiting_rank: Mapped[int | None]
    former_booth_codes: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")


class HeldBoothRow(Base):
    """A booth with its holder; two holders are impossible."""

    __tablename__ = "held_booths"
    __table_args__ = (UniqueConstraint("edition_id", "booth_code"),)

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("places.application_id", ondelete="CASCADE"), primary_key=True
    )
    booth_code: Mapped[str] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
