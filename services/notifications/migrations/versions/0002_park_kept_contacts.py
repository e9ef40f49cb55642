"""Parks the contacts that were set aside before such were parked, so that they are listed and told of."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARK = """
INSERT INTO parked (source, key, subject, since, reason)
SELECT source, key, subject, min(parked_at), coalesce(min(error), '') FROM parked_messages
WHERE topic = 'ocop.registration.contacts' GROUP BY source, key, subject
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.execute(PARK)


def downgrade() -> None:
    pass  # the version before lists them too
