"""Rows of editions."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class EditionRow(Base):
    __tablename__ = "editions"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[dict[str, Any]] = mapped_column(JSONB)
    venue: Mapped[dict[str, Any]] = mapped_column(JSONB)
    first_on: Mapped[date]
    last_on: Mapped[date]
    booth_target: Mapped[int]
    zone_capacities: Mapped[dict[str, int]] = mapped_column(JSONB)
    quotas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    policy: Mapped[str]
    province_register: Mapped[str]
    stage: Mapped[str]
    is_suspended: Mapped[bool]
    released_run_id: Mapped[UUID | None]
    seed: Mapped[str]
    draw_secret: Mapped[str | None]
    is_behind: Mapped[bool] = mapped_column(server_default="false")
    priority_packs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
