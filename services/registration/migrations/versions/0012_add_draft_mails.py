"""Adds the mails with a draft's link: how many there were, and to which address."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_mails",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_draft_mails"),
    )
    op.create_index("ix_draft_mails_address_key", "draft_mails", ["address_key", "asked_at"], unique=False)
    op.create_index("ix_draft_mails_asked_at", "draft_mails", ["asked_at"], unique=False)


def downgrade() -> None:
    op.drop_table("draft_mails")
