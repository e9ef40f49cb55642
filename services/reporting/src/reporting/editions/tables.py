"""Rows: every event that tells of an edition as a whole, as it was told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reporting.rows import Base


class EditionStepRow(Base):
    """One step in an edition's life; the edition is the fold of its steps in order."""

    __tablename__ = "edition_steps"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    source: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    told_at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
