"""The contact book: the only table with personal data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from notifications.rows import Base


class ContactRow(Base):
    """How to reach a party; after an erasure only its id and the time are left."""

    __tablename__ = "contacts"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    kind: Mapped[str | None]
    display_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    zalo_id: Mapped[str | None]
    language: Mapped[str | None]
    preferred_channels: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    may_be_told: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
