"""Rows of drafts; what was typed goes when the draft is sent or forgotten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class DraftRow(Base):
    __tablename__ = "application_drafts"
    __table_args__ = (
        Index("ix_application_drafts_saved_at", "saved_at"),
        Index("ix_application_drafts_owner", "owner", "edition_id"),
        Index("ix_application_drafts_contact_key", "contact_key", "edition_id"),
        Index("ix_application_drafts_edition_id", "edition_id"),
        Index("ix_application_drafts_origin_key", "created_at", postgresql_where=text("origin_key IS NOT NULL")),
    )

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    owner: Mapped[str | None]
    vendor_id: Mapped[UUID | None]
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("applications.application_id"), index=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    version: Mapped[int]
    save_key: Mapped[str | None]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    contact_key: Mapped[str | None]
    origin_key: Mapped[str | None]
