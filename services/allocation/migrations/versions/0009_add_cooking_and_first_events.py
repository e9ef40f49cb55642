"""Keeps which application cooks with a flame, and which is a vendor's first."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("cooking", "is_first_event"):
        op.add_column("applications", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE applications SET is_first_event = true WHERE merits ? 'first_event'")


def downgrade() -> None:
    for name in ("is_first_event", "cooking"):
        op.drop_column("applications", name)
