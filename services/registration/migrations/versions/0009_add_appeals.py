"""Adds the table of appeals, and titles to rule packs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.application_id"], name="fk_appeals_application_id"),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_appeals_edition_id"),
        sa.PrimaryKeyConstraint("application_id", name="pk_appeals"),
    )
    op.create_index("ix_appeals_edition_id", "appeals", ["edition_id", "decide_by_at"], unique=False)
    op.add_column("rule_packs", sa.Column("title", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("rule_packs", "title")
    op.drop_table("appeals")
