"""Rows of editions that rest after a restore."""

from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class ResumptionRow(Base):
    """An edition of which a restored database forgot something: it rests for as long as the row is there.

    ``seed`` and ``released_run_id`` are for an edition that is itself forgotten. The others tell what is put off until the
    edition goes on: the paper of another number of booths, the event of new dates, who lost points, a run.
    """

    __tablename__ = "resumptions"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    seed: Mapped[str | None]
    released_run_id: Mapped[UUID | None]
    resized_by: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rescheduled_by: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    ended_by: Mapped[str | None]
    lapsed: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    wants_run: Mapped[bool] = mapped_column(server_default="false")
