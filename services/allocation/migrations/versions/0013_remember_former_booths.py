"""Remembers which booths who waits held before, so that it has them again where they are free."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default: a replica of the version before writes places without them.
    op.add_column(
        "places", sa.Column("former_booth_codes", ARRAY(sa.String()), nullable=False, server_default=sa.text("'{}'"))
    )


def downgrade() -> None:
    op.drop_column("places", "former_booth_codes")
