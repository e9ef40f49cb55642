"""Rows of workbooks that came back, and of what was taken from them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class FilledWorkbookRow(Base):
    """A workbook as it came back, with the answer; ``content`` is emptied after some days."""

    __tablename__ = "filled_workbooks"

    filled_workbook_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), index=True)
    agency_code: Mapped[str]
    received_by: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(index=True)
    sha256: Mapped[str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content: Mapped[bytes | None]


class WorkbookRowRow(Base):
    """A row that was taken: whose it is, and the mark of what it said."""

    __tablename__ = "workbook_rows"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    agency_code: Mapped[str] = mapped_column(primary_key=True)
    row_key: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), index=True)
    product_id: Mapped[UUID | None]
    digest: Mapped[str]


class WorkbookVendorRow(Base):
    """The mark of all that the agency last said of a vendor."""

    __tablename__ = "workbook_vendors"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"), primary_key=True)
    digest: Mapped[str]
