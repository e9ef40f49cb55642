"""Rows of rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class EditionRulesRow(Base):
    """A version of an edition's own rules; never changed, the newest is in force."""

    __tablename__ = "edition_rules"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
