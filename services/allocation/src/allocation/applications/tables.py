"""Rows of applications."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class ApplicationRow(Base):
    """``arrival`` counts acceptances in the order of their coming; ``draw_key`` names the applicant in the draw, not yet sealed."""

    __tablename__ = "applications"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(index=True)
    vendor_id: Mapped[UUID]
    arrival: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    trade_name: Mapped[str]
    vendor_type: Mapped[str]
    province_code: Mapped[str | None]
    country: Mapped[str]
    product_group: Mapped[str]
    booths_granted: Mapped[int]
    zone_codes: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    corner: Mapped[bool]
    power: Mapped[bool]
    not_beside_group: Mapped[str | None]
    points: Mapped[int]
    draw_key: Mapped[str]
    state: Mapped[str]
    accepted_at: Mapped[datetime]
    stars: Mapped[int | None]
    lapsed_on: Mapped[date | None]
    merits: Mapped[dict[str, int]] = mapped_column(JSONB)
    cooking: Mapped[bool]
    is_first_event: Mapped[bool]
    departure: Mapped[dict[str, str | None] | None] = mapped_column(JSONB(none_as_null=True))
    nominated_by: Mapped[str | None]
    rank: Mapped[int | None]
