"""Gives editions the secret that seals the keys of their draw; those that are there keep the keys they have, and so none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a default: a replica of the version before draws by public names, and the editions that it takes in go on so.
    op.add_column("editions", sa.Column("draw_secret", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("editions", "draw_secret")
