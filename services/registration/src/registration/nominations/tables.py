"""Rows of nominations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class NominationRow(Base):
    """A province's list for an edition, with the letter that carries it."""

    __tablename__ = "nominations"

    nomination_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), index=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.agency_code"))
    province_code: Mapped[str | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_documents.document_id"))
    nominated_at: Mapped[datetime]
