"""Rows of numbered papers."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class LegalDocumentRow(Base):
    """A paper is told apart by number, notation, year and agency; it is stored once, however often cited."""

    __tablename__ = "legal_documents"
    __table_args__ = (
        UniqueConstraint("issuing_agency_code", "number", "notation", "year", postgresql_nulls_not_distinct=True),
    )

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    number: Mapped[str | None]
    notation: Mapped[str | None]
    year: Mapped[int | None]
    issued_on: Mapped[date | None]
    issuing_agency_code: Mapped[str]
    title: Mapped[str]
