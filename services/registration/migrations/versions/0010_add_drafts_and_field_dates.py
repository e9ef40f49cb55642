"""Adds drafts of applications, dates of fields, and to amendments who made them and a note."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_drafts",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("content", JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("save_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_application_drafts_application_id"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_application_drafts_edition_id"),
        sa.PrimaryKeyConstraint("draft_id", name="pk_application_drafts"),
    )
    op.create_index("ix_application_drafts_saved_at", "application_drafts", ["saved_at"], unique=False)
    op.create_index("ix_application_drafts_owner", "application_drafts", ["owner", "edition_id"], unique=False)
    op.create_index("ix_application_drafts_application_id", "application_drafts", ["application_id"], unique=False)
    op.create_table(
        "field_dates",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("required_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_field_dates_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "field", name="pk_field_dates"),
    )
    op.alter_column("amendments", "agency_code", nullable=True)
    op.add_column("amendments", sa.Column("by", sa.String(), nullable=False, server_default="agency"))
    op.alter_column("amendments", "by", server_default=None)
    op.add_column("amendments", sa.Column("note", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("amendments", "note")
    op.drop_column("amendments", "by")
    op.execute("DELETE FROM amendments WHERE agency_code IS NULL")
    op.alter_column("amendments", "agency_code", nullable=False)
    op.drop_table("field_dates")
    op.drop_table("application_drafts")
