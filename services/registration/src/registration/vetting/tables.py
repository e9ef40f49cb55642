"""Rows of evaluations: what the rules said, by which versions, from which inputs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class EvaluationRow(Base):
    __tablename__ = "evaluations"
    __table_args__ = (Index("ix_evaluations_application_id", "application_id", "evaluation_id"),)

    evaluation_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    occasion: Mapped[str]
    revision: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    packs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    outcome: Mapped[str]
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    products: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    tier: Mapped[str | None]
    points: Mapped[int]
    merits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    evaluated_at: Mapped[datetime]
