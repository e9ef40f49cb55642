"""Rows of editions, their schedule revisions and the acts done to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class EditionRow(Base):
    __tablename__ = "editions"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]] = mapped_column(JSONB)
    theme_region: Mapped[str]
    theme_province_codes: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    province_register: Mapped[str]
    venue_name: Mapped[dict[str, Any]] = mapped_column(JSONB)
    venue_province_code: Mapped[str]
    planned_first: Mapped[date]
    planned_last: Mapped[date]
    official_days: Mapped[int]
    booth_target: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    host_agency_codes: Mapped[list[str]] = mapped_column(JSONB)
    executing_agency_codes: Mapped[list[str]] = mapped_column(JSONB)
    allocation_policy: Mapped[str]
    quotas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[str]
    resume_to: Mapped[str | None]
    suspended_at: Mapped[datetime | None]
    schedule_version: Mapped[int]
    actual_first: Mapped[date | None]
    actual_last: Mapped[date | None]


class ScheduleRevisionRow(Base):
    """The dates of an edition as they were set, version by version."""

    __tablename__ = "schedule_revisions"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    planned_first: Mapped[date]
    planned_last: Mapped[date]
    reason_code: Mapped[str | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_documents.document_id"))
    set_at: Mapped[datetime]


class EditionActRow(Base):
    """What was done to an edition, when, why and by which paper."""

    __tablename__ = "edition_acts"

    act_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), index=True)
    act: Mapped[str]
    state: Mapped[str]
    reason_code: Mapped[str | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_documents.document_id"))
    done_at: Mapped[datetime]
