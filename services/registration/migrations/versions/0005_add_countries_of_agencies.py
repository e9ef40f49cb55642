"""Adds the country of an agency: embassies nominate vendors of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agencies", sa.Column("country", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("agencies", "country")
