"""Rows of deliveries: each try to hand a notice to its channel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from notifications.rows import Base


class DeliveryRow(Base):
    """One try; stored as ``sending`` before the channel is called. No address, no text of the server's answer."""

    __tablename__ = "deliveries"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.notice_id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reply_code: Mapped[int | None]
    content_sha256: Mapped[str | None]
