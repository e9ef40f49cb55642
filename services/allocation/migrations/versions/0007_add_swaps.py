"""Keeps swaps of booths between two holders, with the consent of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "swaps",
        sa.Column("swap_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("one_vendor_id", sa.Uuid(), nullable=False),
        sa.Column("one_booths", ARRAY(sa.String()), nullable=False),
        sa.Column("one_consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("other_vendor_id", sa.Uuid(), nullable=False),
        sa.Column("other_booths", ARRAY(sa.String()), nullable=False),
        sa.Column("other_consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("swap_id", name="pk_swaps"),
    )
    op.create_index("ix_swaps_edition_id", "swaps", ["edition_id"])


def downgrade() -> None:
    op.drop_table("swaps")
