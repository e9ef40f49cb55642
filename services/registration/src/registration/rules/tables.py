"""Rows of rule packs; a version never changes once it is stored, but for its last day when a newer one comes."""

from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class RulePackRow(Base):
    __tablename__ = "rule_packs"

    pack: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_document: Mapped[str | None]
    trust: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    title: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
