"""Adds the table of recalls of certificates that were entered by mistake and taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recall_corrections",
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_by", sa.String(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.product_id"], name="fk_recall_corrections_product_id"),
        sa.PrimaryKeyConstraint("correction_id", name="pk_recall_corrections"),
    )
    op.create_index("ix_recall_corrections_product_id", "recall_corrections", ["product_id"])


def downgrade() -> None:
    op.drop_table("recall_corrections")
