"""Rows of recalled certificates, of the days on which certificates were looked at, and of tasks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class CertificateLossRow(Base):
    """A recall; a certificate issued later is another one."""

    __tablename__ = "certificate_losses"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id"), primary_key=True)
    revoked_on: Mapped[date] = mapped_column(primary_key=True)
    paper: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class CertificateCheckRow(Base):
    __tablename__ = "certificate_checks"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    checked_on: Mapped[date] = mapped_column(primary_key=True)
    lapsed: Mapped[int]
    checked_at: Mapped[datetime]


class TaskRow(Base):
    __tablename__ = "review_tasks"
    __table_args__ = (
        UniqueConstraint("application_id", "kind", "subject"),
        Index("ix_review_tasks_edition_id", "edition_id", "done_at"),
    )

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    kind: Mapped[str]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    note: Mapped[str | None]
