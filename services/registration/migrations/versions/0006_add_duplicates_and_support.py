"""Adds the tables of pairs that may be one producer, of merged vendors, and of the ledger of support."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_pairs",
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("first_vendor_id", sa.Uuid(), nullable=False),
        sa.Column("second_vendor_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("signals", JSONB(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["first_vendor_id"], ["vendors.vendor_id"], name="fk_duplicate_pairs_first_vendor_id"),
        sa.ForeignKeyConstraint(
            ["second_vendor_id"], ["vendors.vendor_id"], name="fk_duplicate_pairs_second_vendor_id"
        ),
        sa.PrimaryKeyConstraint("pair_id", name="pk_duplicate_pairs"),
        sa.UniqueConstraint("first_vendor_id", "second_vendor_id", name="uq_duplicate_pairs_first_vendor_id"),
    )
    op.create_index("ix_duplicate_pairs_verdict", "duplicate_pairs", ["verdict", "score"], unique=False)
    op.create_table(
        "vendor_merges",
        sa.Column("merged_vendor_id", sa.Uuid(), nullable=False),
        sa.Column("kept_vendor_id", sa.Uuid(), nullable=False),
        sa.Column("tax_key", sa.String(), nullable=True),
        sa.Column("merged_by", sa.String(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_vendor_id"], ["vendors.vendor_id"], name="fk_vendor_merges_merged_vendor_id"),
        sa.ForeignKeyConstraint(["kept_vendor_id"], ["vendors.vendor_id"], name="fk_vendor_merges_kept_vendor_id"),
        sa.PrimaryKeyConstraint("merged_vendor_id", name="pk_vendor_merges"),
    )
    op.create_index("ix_vendor_merges_kept_vendor_id", "vendor_merges", ["kept_vendor_id"], unique=False)
    op.create_index("ix_vendor_merges_tax_key", "vendor_merges", ["tax_key"], unique=False)
    op.create_table(
        "support_lines",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("funded_by", sa.String(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=True),
        sa.Column("reverses_line_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_support_lines_edition_id"),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.vendor_id"], name="fk_support_lines_vendor_id"),
        sa.ForeignKeyConstraint(
            ["reverses_line_id"], ["support_lines.line_id"], name="fk_support_lines_reverses_line_id"
        ),
        sa.PrimaryKeyConstraint("line_id", name="pk_support_lines"),
        sa.UniqueConstraint("reverses_line_id", name="uq_support_lines_reverses_line_id"),
    )
    op.create_index("ix_support_lines_edition_id", "support_lines", ["edition_id", "line_id"], unique=False)
    op.create_index("ix_support_lines_vendor_id", "support_lines", ["vendor_id", "edition_id"], unique=False)


def downgrade() -> None:
    for table in ("support_lines", "vendor_merges", "duplicate_pairs"):
        op.drop_table(table)
