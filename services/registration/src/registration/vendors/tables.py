"""Rows of vendors, their products and contacts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class VendorRow(Base):
    __tablename__ = "vendors"
    __table_args__ = (Index("ix_vendors_name_key", "name_key"),)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    legal_name: Mapped[str]
    trade_name: Mapped[str]
    name_key: Mapped[str]
    vendor_type: Mapped[str]
    tax_id: Mapped[str | None]
    tax_key: Mapped[str | None] = mapped_column(unique=True)
    registration_number: Mapped[str | None]
    province_register: Mapped[str]
    province_code: Mapped[str | None]
    country: Mapped[str]
    address: Mapped[str | None]
    representative: Mapped[str | None]
    registered_at: Mapped[datetime]


class ProductRow(Base):
    """A product keeps its id across revisions and editions, told apart by its name within the vendor."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("vendor_id", "name_key"),)

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendors.vendor_id"))
    name: Mapped[str]
    name_key: Mapped[str]
    registered_at: Mapped[datetime]


class ContactRow(Base):
    """How to reach a party; an erased one keeps only the time that its topic must not go behind."""

    __tablename__ = "contacts"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    display_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str | None]
    preferred_channels: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    may_be_told: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    recorded_at: Mapped[datetime]
