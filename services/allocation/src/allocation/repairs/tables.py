"""Rows of repairs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class RepairRow(Base):
    """A repair: what happened, the street as it was then, the moves found."""

    __tablename__ = "repairs"
    __table_args__ = (Index(None, "edition_id"), Index(None, "state"))

    repair_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    state: Mapped[str]
    damage: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problem: Mapped[dict[str, Any]] = mapped_column(JSONB)
    found: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    words: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    executed_by: Mapped[str | None]
    executed_at: Mapped[datetime | None]
