"""Adds the history of how editions are reviewed; what is in force begins it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_policy_changes",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("released_together", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_review_policy_changes_edition_id"),
        sa.PrimaryKeyConstraint("change_id", name="pk_review_policy_changes"),
    )
    op.create_index("ix_review_policy_changes_edition_id", "review_policy_changes", ["edition_id"])
    op.execute(
        "INSERT INTO review_policy_changes (change_id, edition_id, second_person, released_together, set_by, set_at)"
        " SELECT gen_random_uuid(), edition_id, second_person, released_together, set_by, set_at FROM review_policies"
    )


def downgrade() -> None:
    op.drop_table("review_policy_changes")
