"""The effect that every way of consuming stores: one row an event."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from common.database.engine import declare_base

Base = declare_base()


class EffectRow(Base):
    __tablename__ = "effects"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str]
