"""Rows of offers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class OfferRow(Base):
    __tablename__ = "offers"
    __table_args__ = (Index(None, "state", "reply_by_at"), Index(None, "edition_id", "state"))

    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    application_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    booth_codes: Mapped[list[str]] = mapped_column(ARRAY(String))
    reply_by_at: Mapped[datetime]
    state: Mapped[str]
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    run_id: Mapped[UUID | None]
    points: Mapped[int | None]
