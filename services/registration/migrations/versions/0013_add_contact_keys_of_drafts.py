"""Adds to drafts what tells apart who fills them in, so that their number can be bounded."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application_drafts", sa.Column("contact_key", sa.String(), nullable=True))
    op.create_index(
        "ix_application_drafts_contact_key", "application_drafts", ["contact_key", "edition_id"], unique=False
    )
    op.create_index("ix_application_drafts_edition_id", "application_drafts", ["edition_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_application_drafts_edition_id", "application_drafts")
    op.drop_index("ix_application_drafts_contact_key", "application_drafts")
    op.drop_column("application_drafts", "contact_key")
