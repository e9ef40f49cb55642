"""Rows of offers that wait for an answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from notifications.rows import Base


class OpenOfferRow(Base):
    """An offer without an answer; ``remind_at`` is null once the holder was reminded, or where it is too short."""

    __tablename__ = "open_offers"
    __table_args__ = (Index("ix_open_offers_remind_at", "remind_at"),)

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    about_id: Mapped[UUID]
    correlation_id: Mapped[str]
    offered_at: Mapped[datetime]
    reply_by_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
