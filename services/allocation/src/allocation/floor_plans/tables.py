"""Rows of floor plans."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class FloorPlanRow(Base):
    """A version of an edition's plan; the booths of the newest are in ``booths``."""

    __tablename__ = "floor_plans"
    __table_args__ = (UniqueConstraint("edition_id", "version"),)

    floor_plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    version: Mapped[int]
    zones: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    booths: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    published_at: Mapped[datetime]
