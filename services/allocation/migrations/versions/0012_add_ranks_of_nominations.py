"""Keeps which province nominated an application, and its place in that province's list."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without defaults: a replica of the version before writes neither, and who it took in has no rank.
    op.add_column("applications", sa.Column("nominated_by", sa.String(), nullable=True))
    op.add_column("applications", sa.Column("rank", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("applications", "rank")
    op.drop_column("applications", "nominated_by")
