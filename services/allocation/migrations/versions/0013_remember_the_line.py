"""Remembers of who waits which booths it held before, and why others behind it came before it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default: a replica of the version before writes places without them.
    op.add_column(
        "places", sa.Column("former_booth_codes", ARRAY(sa.String()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.create_table(
        "passings",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("reason", JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "code", name="pk_passings"),
    )


def downgrade() -> None:
    op.drop_table("passings")
    op.drop_column("places", "former_booth_codes")
