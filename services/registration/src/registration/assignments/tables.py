"""Rows of an edition's reviewers, of assignments and of declared interests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class EditionReviewerRow(Base):
    """A reviewer of an edition, in the order of turns."""

    __tablename__ = "edition_reviewers"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    reviewer: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    agency_code: Mapped[str | None]
    province_code: Mapped[str | None]


class AssignmentRow(Base):
    __tablename__ = "review_assignments"
    __table_args__ = (Index("ix_review_assignments_edition_id", "edition_id", "reviewer"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    reviewer: Mapped[str]
    assigned_at: Mapped[datetime]


class InterestRow(Base):
    """An interest that a reviewer declared; it is never taken back."""

    __tablename__ = "declared_interests"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), primary_key=True)
    reviewer: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    declared_at: Mapped[datetime]
