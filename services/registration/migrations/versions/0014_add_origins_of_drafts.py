"""Adds to drafts from where they were begun, for an hour, so that one line cannot take everybody's room."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application_drafts", sa.Column("origin_key", sa.String(), nullable=True))
    op.create_index(
        "ix_application_drafts_origin_key",
        "application_drafts",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("origin_key IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_application_drafts_origin_key", "application_drafts")
    op.drop_column("application_drafts", "origin_key")
