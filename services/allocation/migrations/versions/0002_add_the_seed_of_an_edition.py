"""Gives each edition the seed of its draw; those that are there get one now."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE editions ADD COLUMN seed varchar")
    op.execute("UPDATE editions SET seed = replace(gen_random_uuid()::text, '-', '')")
    op.execute(
        "UPDATE runs SET seed = e.seed FROM editions e WHERE e.edition_id = runs.edition_id AND runs.seed IS NULL"
    )
    # A replica of the version before inserts without it while both run; it may go with the next revision.
    op.execute("ALTER TABLE editions ALTER COLUMN seed SET DEFAULT replace(gen_random_uuid()::text, '-', '')")
    op.execute("ALTER TABLE editions ALTER COLUMN seed SET NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE editions DROP COLUMN seed")
