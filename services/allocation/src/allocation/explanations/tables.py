"""Rows of explanations."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class ExplanationRow(Base):
    """Why an application has its place or none in a run; findings without their texts."""

    __tablename__ = "explanations"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    is_placed: Mapped[bool]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
