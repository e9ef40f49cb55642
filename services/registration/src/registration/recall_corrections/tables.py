"""Rows of recalls that were taken back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class RecallCorrectionRow(Base):
    """A recall as it was entered, and who took it back, when and why."""

    __tablename__ = "recall_corrections"
    __table_args__ = (Index("ix_recall_corrections_product_id", "product_id"),)

    correction_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id"))
    revoked_on: Mapped[date]
    paper: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    reason: Mapped[str]
    corrected_by: Mapped[str]
    corrected_at: Mapped[datetime]
