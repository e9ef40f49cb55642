"""Adds the tables of nomination workbooks that came back, and of amendments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filled_workbooks",
        sa.Column("filled_workbook_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_filled_workbooks_edition_id"),
        sa.PrimaryKeyConstraint("filled_workbook_id", name="pk_filled_workbooks"),
    )
    op.create_index("ix_filled_workbooks_edition_id", "filled_workbooks", ["edition_id"], unique=False)
    op.create_index("ix_filled_workbooks_received_at", "filled_workbooks", ["received_at"], unique=False)
    op.create_table(
        "workbook_rows",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_workbook_rows_application_id"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_workbook_rows_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "agency_code", "row_key", name="pk_workbook_rows"),
    )
    op.create_index("ix_workbook_rows_application_id", "workbook_rows", ["application_id"], unique=False)
    op.create_table(
        "workbook_vendors",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_workbook_vendors_application_id"
        ),
        sa.PrimaryKeyConstraint("application_id", name="pk_workbook_vendors"),
    )
    op.create_table(
        "amendments",
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old_value", sa.String(), nullable=True),
        sa.Column("new_value", sa.String(), nullable=True),
        sa.Column("amended_by", sa.String(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_amendments_application_id"
        ),
        sa.PrimaryKeyConstraint("amendment_id", name="pk_amendments"),
    )
    op.create_index("ix_amendments_application_id", "amendments", ["application_id"], unique=False)


def downgrade() -> None:
    for table in ("amendments", "workbook_vendors", "workbook_rows", "filled_workbooks"):
        op.drop_table(table)
