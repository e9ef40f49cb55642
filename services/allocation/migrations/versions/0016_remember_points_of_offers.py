"""The points on which a place was offered: who lost some since is told from who got its place on those of now."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a value: a replica of the version before makes offers without it, and those made until now have none.
    op.add_column("offers", sa.Column("points", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("offers", "points")
