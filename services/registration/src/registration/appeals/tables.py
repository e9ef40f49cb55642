"""Rows of appeals; there is one for an application."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class AppealRow(Base):
    __tablename__ = "appeals"
    __table_args__ = (Index("ix_appeals_edition_id", "edition_id", "decide_by_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    statement: Mapped[str | None]
    evidence: Mapped[list[str]] = mapped_column(JSONB)
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    decide_by_at: Mapped[datetime]
