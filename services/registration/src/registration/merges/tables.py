"""Rows of vendors that were found to be another one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class VendorMergeRow(Base):
    """A vendor that is another one; its tax number is looked up here, its applications keep the id they were told with."""

    __tablename__ = "vendor_merges"
    __table_args__ = (
        Index("ix_vendor_merges_kept_vendor_id", "kept_vendor_id"),
        Index("ix_vendor_merges_tax_key", "tax_key"),
    )

    merged_vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"), primary_key=True)
    kept_vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"))
    tax_key: Mapped[str | None]
    merged_by: Mapped[str]
    merged_at: Mapped[datetime]
    pair_id: Mapped[UUID | None] = mapped_column(ForeignKey("duplicate_pairs.pair_id"))
