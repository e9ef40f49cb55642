"""Editions that rest after a restore, until what registration told of them is known again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default: a replica of the version before writes editions without it.
    op.add_column("editions", sa.Column("is_behind", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "resumptions",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("released_run_id", sa.Uuid(), nullable=True),
        sa.Column("resized_by", JSONB(), nullable=True),
        sa.Column("rescheduled_by", JSONB(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("lapsed", ARRAY(sa.String()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("wants_run", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("edition_id", name="pk_resumptions"),
    )


def downgrade() -> None:
    op.drop_table("resumptions")
    op.drop_column("editions", "is_behind")
