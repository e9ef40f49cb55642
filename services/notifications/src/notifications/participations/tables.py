"""Rows of who takes part in which edition."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from notifications.rows import Base


class ParticipationRow(Base):
    """An application as far as notices need it.

    ``dossier_state`` is folded from registration alone and ``place_state`` from allocation alone, so that it does not
    matter which of the two is heard first.
    """

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_edition_id", "edition_id"),)

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    dossier_state: Mapped[str | None]
    place_state: Mapped[str | None]
    trade_name: Mapped[str | None]
    nominating_agency_code: Mapped[str | None]
    support: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
