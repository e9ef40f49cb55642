"""Rows: how far each source has been folded, per key."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from reporting.rows import Base


class PositionRow(Base):
    """The last event of one source and key that was folded; every earlier one of that key was folded before it."""

    __tablename__ = "positions"
    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    key_sequence: Mapped[int] = mapped_column(BigInteger)
