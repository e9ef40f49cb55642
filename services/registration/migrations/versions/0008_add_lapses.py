"""Adds the tables of recalled certificates, of looks at certificates, and of tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_losses",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.product_id"], name="fk_certificate_losses_product_id"),
        sa.PrimaryKeyConstraint("product_id", "revoked_on", name="pk_certificate_losses"),
    )
    op.create_table(
        "certificate_checks",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("lapsed", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_certificate_checks_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "checked_on", name="pk_certificate_checks"),
    )
    op.create_table(
        "review_tasks",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_review_tasks_application_id"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_review_tasks_edition_id"),
        sa.PrimaryKeyConstraint("task_id", name="pk_review_tasks"),
        sa.UniqueConstraint("application_id", "kind", "subject", name="uq_review_tasks_application_id"),
    )
    op.create_index("ix_review_tasks_edition_id", "review_tasks", ["edition_id", "done_at"], unique=False)


def downgrade() -> None:
    for table in ("review_tasks", "certificate_checks", "certificate_losses"):
        op.drop_table(table)
