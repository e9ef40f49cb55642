"""Adds to amendments the paper by which a withdrawal was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("amendments", sa.Column("paper", sa.String(), nullable=True))
    op.add_column("amendments", sa.Column("paper_issued_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("amendments", "paper_issued_on")
    op.drop_column("amendments", "paper")
