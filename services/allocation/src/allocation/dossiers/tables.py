"""Rows of dossiers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from allocation.rows import Base


class DossierRow(Base):
    """An archive once made; ``kind`` tells whether it is public, and whether it was made before or after the release."""

    __tablename__ = "dossiers"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    made_at: Mapped[datetime]
