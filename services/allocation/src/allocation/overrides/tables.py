"""Rows of overrides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class OverrideRow(Base):
    """A change by hand of a run's result, with who proposed it and who decided on it."""

    __tablename__ = "overrides"

    override_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reason: Mapped[str]
    legal_document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
