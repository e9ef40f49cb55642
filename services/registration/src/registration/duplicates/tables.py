"""Rows of pairs that may be one producer, and of what was decided about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class DuplicatePairRow(Base):
    """Two vendors that may be one; what a person decided stays."""

    __tablename__ = "duplicate_pairs"
    __table_args__ = (
        UniqueConstraint("first_vendor_id", "second_vendor_id"),
        Index("ix_duplicate_pairs_verdict", "verdict", "score"),
    )

    pair_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"))
    second_vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"))
    score: Mapped[int]
    signals: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    found_at: Mapped[datetime]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class EarlierVerdictRow(Base):
    """What a person decided about a pair before another word took its place; kept for good."""

    __tablename__ = "earlier_verdicts"

    pair_id: Mapped[UUID] = mapped_column(ForeignKey("duplicate_pairs.pair_id"), primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[str]
