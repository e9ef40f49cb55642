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


def downgrade() -> None:
    op.drop_table("application_drafts")
