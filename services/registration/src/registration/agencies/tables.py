"""Rows of agencies."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class AgencyRow(Base):
    __tablename__ = "agencies"

    agency_code: Mapped[str] = mapped_column(primary_key=True)
    name_vi: Mapped[str]
    name_en: Mapped[str | None]
    level: Mapped[str]
    parent_code: Mapped[str | None]
    province_code: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    country: Mapped[str | None]
