"""Rows: entries of figures; a correction replaces and keeps what it corrects."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reporting.rows import Base


class DayEntryRow(Base):
    """What one source said of one place on one day; ``is_current`` until a second word replaces it.

    ``event_id`` is the event that told it, by which its position in the service's own log is found.
    """

    __tablename__ = "day_entries"
    __table_args__ = (
        Index(
            "uq_day_entries_current", "edition_id", "on", "place", "code", "source",
            unique=True, postgresql_where=text("is_current"),
        ),
    )  # fmt: skip
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    on: Mapped[date]
    place: Mapped[str]
    code: Mapped[str]
    source: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    replaces_entry_id: Mapped[UUID | None]
    is_current: Mapped[bool]
    event_id: Mapped[UUID] = mapped_column(unique=True)
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
