"""Rows of the mails with a draft's link; the address itself lies with the draft and with the contact told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class DraftMailRow(Base):
    """No key leads to the draft: what an address was sent counts on after the draft is deleted."""

    __tablename__ = "draft_mails"
    __table_args__ = (
        Index("ix_draft_mails_address_key", "address_key", "asked_at"),
        Index("ix_draft_mails_asked_at", "asked_at"),
    )

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str | None]
    asked_at: Mapped[datetime]
