"""Keeps repairs: what is to be repaired, the moves found, and whether they were carried out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repairs",
        sa.Column("repair_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("damage", JSONB(), nullable=False),
        sa.Column("problem", JSONB(), nullable=False),
        sa.Column("found", JSONB(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("executed_by", sa.String(), nullable=True),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("repair_id", name="pk_repairs"),
    )
    op.create_index("ix_repairs_edition_id", "repairs", ["edition_id"])
    op.create_index("ix_repairs_state", "repairs", ["state"])


def downgrade() -> None:
    op.drop_table("repairs")
