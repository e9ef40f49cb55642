"""Rows: versions of reports and their files."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reporting.rows import Base

Json = JSONB(none_as_null=True)


class ReportRow(Base):
    """One version of a report; ``paper`` is all of its text but number, date and signature."""

    __tablename__ = "reports"
    __table_args__ = (
        Index(
            "uq_reports_version", "edition_id", "kind", "addressee_agency_code", "on", "version",
            unique=True, postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_reports_standing", "edition_id", "kind", "addressee_agency_code", "on", "replaces_report_id",
            unique=True, postgresql_nulls_not_distinct=True,
            postgresql_where=text("state NOT IN ('withdrawn', 'superseded')"),
        ),
        Index("uq_reports_number", "number_year", "notation", "number", unique=True),
    )  # fmt: skip
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    kind: Mapped[str]
    issuing_agency_code: Mapped[str]
    addressee_agency_code: Mapped[str]
    on: Mapped[date | None]
    version: Mapped[int]
    state: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    positions: Mapped[dict[str, int]] = mapped_column(JSONB)
    narrative: Mapped[dict[str, str]] = mapped_column(JSONB)
    paper: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    replaces_report_id: Mapped[UUID | None]
    correction_reason: Mapped[str | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    signer_name: Mapped[str | None]
    signer_role: Mapped[str | None]
    number: Mapped[str | None]
    notation: Mapped[str | None]
    number_year: Mapped[int | None]
    issued_on: Mapped[date | None]
    files: Mapped[dict[str, str]] = mapped_column(JSONB)
    made_at: Mapped[datetime]


class ReportFileRow(Base):
    """A file of a report; replaced while the report is a draft, never after it is issued."""

    __tablename__ = "report_files"
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
