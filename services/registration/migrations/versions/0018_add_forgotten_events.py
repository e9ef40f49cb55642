"""Adds the table of what a restored database forgot."""

from alembic import op

from common.database.migrations import add_forgotten_events

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_forgotten_events(op)


def downgrade() -> None:
    op.drop_table("forgotten_events")
