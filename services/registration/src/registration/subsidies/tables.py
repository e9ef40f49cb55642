"""Rows of the ledger of support; a line is never changed, only taken back by another one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class SupportLineRow(Base):
    __tablename__ = "support_lines"
    __table_args__ = (
        Index("ix_support_lines_edition_id", "edition_id", "line_id"),
        Index("ix_support_lines_vendor_id", "vendor_id", "edition_id"),
    )

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"))
    purpose: Mapped[str]
    funded_by: Mapped[str]
    amount_vnd: Mapped[int | None]
    reverses_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("support_lines.line_id"), unique=True)
    reason: Mapped[str | None]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
