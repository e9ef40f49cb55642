"""Rows of applications and of the consents given with them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class ApplicationRow(Base):
    """A vendor applies once an edition."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("edition_id", "vendor_id"),
        Index("ix_applications_edition_id", "edition_id", "state", "application_id"),
        Index("ix_applications_reply_by_at", "reply_by_at"),
        Index("ix_applications_vendor_id", "vendor_id"),
    )

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"))
    channel: Mapped[str]
    nominating_agency_code: Mapped[str | None]
    nominating_province_code: Mapped[str | None]
    nomination_id: Mapped[UUID | None]
    rank: Mapped[int | None]
    state: Mapped[str]
    revision: Mapped[int]
    submitted_at: Mapped[datetime | None]
    reply_by_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    has_appealed: Mapped[bool]
    reason_codes: Mapped[list[str]] = mapped_column(JSONB)
    override_reason: Mapped[str | None]


class ConsentRow(Base):
    """One consent for one purpose, given with a submission; silence is none."""

    __tablename__ = "consents"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    text_version: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[datetime]
