"""Rows of runs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class RunRow(Base):
    """One run, never changed once it is completed but for its state: input, seed, result and verdict together.

    ``facts`` is what its dossier says beside its input, ``release`` what became of it, ``solver`` what found it, ``progress`` how far it is
    while it runs.
    """

    __tablename__ = "runs"
    __table_args__ = (Index(None, "edition_id", "requested_at"), Index(None, "state"))

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    state: Mapped[str]
    policy: Mapped[str]
    input: Mapped[dict[str, Any]] = mapped_column(JSONB)
    input_digest: Mapped[str]
    seed: Mapped[str | None]
    attempts: Mapped[int]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    problems: Mapped[list[str] | None] = mapped_column(JSONB)
    words: Mapped[str]
    requested_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    release: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    solver: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    explained_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
