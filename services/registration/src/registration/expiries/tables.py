"""Rows of warnings that were told, and of the days on which an edition's certificates were looked through for them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class CertificateWarningRow(Base):
    """One certificate and threshold; told once, in whatever editions its product is."""

    __tablename__ = "certificate_warnings"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.product_id"), primary_key=True)
    valid_to: Mapped[date] = mapped_column(primary_key=True)
    threshold: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    warned_at: Mapped[datetime]


class ExpiryLookRow(Base):
    __tablename__ = "expiry_looks"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    looked_on: Mapped[date] = mapped_column(primary_key=True)
