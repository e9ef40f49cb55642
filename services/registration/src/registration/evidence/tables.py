"""Rows of evidence: uploads with their parts, papers, what people found, and who was given a file."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class EvidenceUploadRow(Base):
    """A file on its way; gone with its parts once it is complete, or after some days."""

    __tablename__ = "evidence_uploads"

    upload_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), index=True)
    kind: Mapped[str]
    number: Mapped[str | None]
    issuer: Mapped[str | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    size: Mapped[int]
    received: Mapped[int]
    begun_by: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(index=True)


class EvidencePartRow(Base):
    __tablename__ = "evidence_parts"

    upload_id: Mapped[UUID] = mapped_column(
        ForeignKey("evidence_uploads.upload_id", ondelete="CASCADE"), primary_key=True
    )
    part_offset: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class EvidencePaperRow(Base):
    """A paper whose file is in the store under ``evidence_id``; the same file is one paper of an application."""

    __tablename__ = "evidence_papers"
    __table_args__ = (
        UniqueConstraint("application_id", "sent_sha256"),
        Index("ix_evidence_papers_scan", "scan", "evidence_id"),
    )

    evidence_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    kind: Mapped[str]
    number: Mapped[str | None]
    issuer: Mapped[str | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    media_type: Mapped[str]
    size: Mapped[int]
    sent_sha256: Mapped[str]
    kept_sha256: Mapped[str]
    scan: Mapped[str]
    handed_in_by: Mapped[str]
    handed_in_at: Mapped[datetime]


class EvidenceVerificationRow(Base):
    """What a person found; rows are added, never changed."""

    __tablename__ = "evidence_verifications"

    verification_id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_papers.evidence_id"), index=True)
    finding: Mapped[str]
    note: Mapped[str | None]
    verified_by: Mapped[str]
    verified_at: Mapped[datetime]


class EvidenceReadingRow(Base):
    """One handing out of a file; rows are added, never changed."""

    __tablename__ = "evidence_readings"

    reading_id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_papers.evidence_id"), index=True)
    read_by: Mapped[str]
    role: Mapped[str]
    read_at: Mapped[datetime]
