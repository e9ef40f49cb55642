"""Adds the tables of review: policies, reviewers, assignments, interests, and decisions from proposal to release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_policies",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("released_together", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_review_policies_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", name="pk_review_policies"),
    )
    op.create_table(
        "edition_reviewers",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=True),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_edition_reviewers_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "reviewer", name="pk_edition_reviewers"),
    )
    op.create_table(
        "review_assignments",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_review_assignments_application_id"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_review_assignments_edition_id"),
        sa.PrimaryKeyConstraint("application_id", name="pk_review_assignments"),
    )
    op.create_index("ix_review_assignments_edition_id", "review_assignments", ["edition_id", "reviewer"], unique=False)
    op.create_table(
        "declared_interests",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_declared_interests_application_id"
        ),
        sa.PrimaryKeyConstraint("application_id", "reviewer", name="pk_declared_interests"),
    )
    op.create_table(
        "review_decisions",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason_codes", JSONB(), nullable=False),
        sa.Column("reply_by_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.String(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_review_decisions_application_id"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_review_decisions_edition_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_review_decisions"),
    )
    op.create_index(
        "uq_review_decisions_open",
        "review_decisions",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'agreed')"),
    )
    op.create_index("ix_review_decisions_edition_id", "review_decisions", ["edition_id", "state"], unique=False)
    op.create_index(
        "ix_review_decisions_application_id", "review_decisions", ["application_id", "decision_id"], unique=False
    )


def downgrade() -> None:
    for table in (
        "review_decisions",
        "declared_interests",
        "review_assignments",
        "edition_reviewers",
        "review_policies",
    ):
        op.drop_table(table)
