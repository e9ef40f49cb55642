"""Keeps the order of priority that registration tells, and when and by which event an application left."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without defaults: a replica of the version before writes neither, and nothing is known of what it took in.
    op.add_column("editions", sa.Column("priority_packs", JSONB(), nullable=True))
    op.add_column("applications", sa.Column("departure", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("applications", "departure")
    op.drop_column("editions", "priority_packs")
