"""Adds to merges the pair that made them, and the table of verdicts that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vendor_merges", sa.Column("pair_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_vendor_merges_pair_id", "vendor_merges", "duplicate_pairs", ["pair_id"], ["pair_id"])
    op.create_table(
        "earlier_verdicts",
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["pair_id"], ["duplicate_pairs.pair_id"], name="fk_earlier_verdicts_pair_id"),
        sa.PrimaryKeyConstraint("pair_id", "decided_at", name="pk_earlier_verdicts"),
    )


def downgrade() -> None:
    op.drop_table("earlier_verdicts")
    op.drop_constraint("fk_vendor_merges_pair_id", "vendor_merges", type_="foreignkey")
    op.drop_column("vendor_merges", "pair_id")
