"""Rows of notices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from notifications.rows import Base

OPEN = "notices.state IN ('due', 'sending', 'unknown', 'waiting_contact', 'waiting_edition', 'waiting_application')"


class NoticeRow(Base):
    """One thing to tell one recipient; ``facts`` is the public event told, so that nothing in it is personal.

    ``recipient_id`` and ``party_id`` are null only while it is not yet known which agency nominated the application.
    ``lease_until`` is the database server's time: it measures the life of processes, which the service's clock does
    not know of.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("recipient_kind", "recipient_id", "purpose", "about_id"),
        Index("ix_notices_open", "due_at", postgresql_where=text(OPEN)),
        Index("ix_notices_edition_id", "edition_id", "notice_id"),
    )

    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    application_id: Mapped[UUID | None]
    purpose: Mapped[str]
    about_id: Mapped[UUID]
    recipient_kind: Mapped[str]
    recipient_id: Mapped[str | None]
    party_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    correlation_id: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    channel: Mapped[str]
    language: Mapped[str]
    attempts: Mapped[int]
    unknowns: Mapped[int]
    lease_until: Mapped[datetime | None]
    reason_code: Mapped[str | None]
