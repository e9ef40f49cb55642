"""Rows of dossiers: every revision is kept as it was handed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class DossierRow(Base):
    __tablename__ = "dossiers"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    product_ids: Mapped[list[str]] = mapped_column(JSONB)
    stored_at: Mapped[datetime]
