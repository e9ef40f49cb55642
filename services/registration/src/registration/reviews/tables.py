"""Rows of how an edition is reviewed, and of decisions from the proposal to the release."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.rows import Base


class ReviewPolicyRow(Base):
    __tablename__ = "review_policies"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), primary_key=True)
    second_person: Mapped[bool]
    released_together: Mapped[bool]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class ReviewPolicyChangeRow(Base):
    """How an edition was to be reviewed from then on; rows are added, never changed."""

    __tablename__ = "review_policy_changes"

    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"), index=True)
    second_person: Mapped[bool]
    released_together: Mapped[bool]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class ReviewDecisionRow(Base):
    """A decision; of one application at most one is open."""

    __tablename__ = "review_decisions"
    __table_args__ = (
        Index(
            "uq_review_decisions_open",
            "application_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'agreed')"),
        ),
        Index("ix_review_decisions_edition_id", "edition_id", "state"),
        Index("ix_review_decisions_application_id", "application_id", "decision_id"),
    )

    decision_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.application_id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.edition_id"))
    revision: Mapped[int]
    verdict: Mapped[str]
    reason_codes: Mapped[list[str]] = mapped_column(JSONB)
    reply_by_at: Mapped[datetime | None]
    override_reason: Mapped[str | None]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None]
    released_at: Mapped[datetime | None]
