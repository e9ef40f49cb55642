"""Rows of invitation rounds and of the invitations in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class InvitationRoundRow(Base):
    """What all letters of an edition share; the papers that they rest on by id, in order."""

    __tablename__ = "invitation_rounds"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    issuing_agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.agency_code"))
    notation: Mapped[str]
    reply_by_at: Mapped[datetime]
    reminders_at: Mapped[list[str]] = mapped_column(JSONB)
    basis_ids: Mapped[list[str]] = mapped_column(JSONB)
    signer_role: Mapped[str]
    recipients: Mapped[list[str]] = mapped_column(JSONB)
    set_at: Mapped[datetime]


class InvitationRow(Base):
    """One agency's invitation; ``party_id`` is that of its contact."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("edition_id", "agency_code"),)

    invitation_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("invitation_rounds.edition_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.agency_code"))
    party_id: Mapped[UUID] = mapped_column(index=True)
    floor: Mapped[int | None]
    ceiling: Mapped[int | None]
    signer_name: Mapped[str]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_documents.document_id"))
    invited_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    reminders: Mapped[int]
    reminded_at: Mapped[datetime | None]
