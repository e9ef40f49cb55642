"""Gives applications that were handed in anew the moment of their first submission, as judged then."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE applications a SET submitted_at = first.evaluated_at
        FROM (
            SELECT application_id, min(evaluated_at) AS evaluated_at FROM evaluations
            WHERE occasion = 'submission' GROUP BY application_id
        ) first
        WHERE first.application_id = a.application_id AND first.evaluated_at < a.submitted_at
        """
    )


def downgrade() -> None:
    """Which moment stood there before is kept nowhere, and every version works with this one."""
