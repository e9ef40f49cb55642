"""Rows of booths."""

from uuid import UUID

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class BoothRow(Base):
    """``x`` and ``y`` in metres from the plan's corner."""

    __tablename__ = "booths"

    edition_id: Mapped[UUID] = mapped_column(primary_key=True)
    booth_code: Mapped[str] = mapped_column(primary_key=True)
    zone_code: Mapped[str]
    area_m2: Mapped[float]
    corner: Mapped[bool]
    power_sockets: Mapped[int]
    x: Mapped[float]
    y: Mapped[float]
    neighbours: Mapped[list[str]] = mapped_column(ARRAY(String))
