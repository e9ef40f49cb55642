"""Adds the table of what allocation tells of places: held, seen at the booth, missed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "participations",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("is_holding", sa.Boolean(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("missed_on", ARRAY(sa.Date()), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_participations"),
    )


def downgrade() -> None:
    op.drop_table("participations")
