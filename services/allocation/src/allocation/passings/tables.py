"""Rows of passings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class PassingRow(Base):
    """One for each application and reason, however often it was passed over for it."""

    __tablename__ = "passings"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    reason: Mapped[dict[str, Any]] = mapped_column(JSONB)
    position: Mapped[int]
    times: Mapped[int]
    served: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
