"""Keeps what a dossier says of a run, why each application has its place or none, and the archives once made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TOLD = """
UPDATE offers SET run_id = told.run_id FROM (
  SELECT DISTINCT ON (offer_id) (fact ->> 'offer_id')::uuid AS offer_id, (fact ->> 'run_id')::uuid AS run_id
  FROM (SELECT convert_from(value, 'UTF8')::jsonb AS fact FROM event_log
        WHERE headers ->> 'ce_type' = 'ocop.allocation.booth_offered.v1') AS logged
  WHERE fact #>> '{reasons,0,code}' = 'placed_by_run'
) AS told WHERE told.offer_id = offers.offer_id
"""


def upgrade() -> None:
    # A replica of the version before inserts without the new columns while both run: each is nullable or has a default.
    op.add_column("applications", sa.Column("stars", sa.Integer(), nullable=True))
    op.add_column("applications", sa.Column("lapsed_on", sa.Date(), nullable=True))
    op.add_column("applications", sa.Column("merits", JSONB(), nullable=False, server_default="{}"))
    op.add_column("offers", sa.Column("run_id", sa.Uuid(), nullable=True))
    op.execute(TOLD)
    op.add_column("runs", sa.Column("facts", JSONB(), nullable=True))
    op.add_column("runs", sa.Column("release", JSONB(), nullable=True))
    op.add_column("runs", sa.Column("solver", JSONB(), nullable=True))
    op.add_column("runs", sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE runs SET explained_at = completed_at")  # what came before has no facts to explain it by
    op.create_table(
        "explanations",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("is_placed", sa.Boolean(), nullable=False),
        sa.Column("reasons", JSONB(), nullable=False),
        sa.Column("changes", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "application_id", name="pk_explanations"),
    )
    op.create_index("ix_explanations_application_id", "explanations", ["application_id"])
    op.create_table(
        "dossiers",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "kind", name="pk_dossiers"),
    )


def downgrade() -> None:
    op.drop_table("dossiers")
    op.drop_table("explanations")
    for table, names in {
        "runs": ("explained_at", "solver", "release", "facts"),
        "offers": ("run_id",),
        "applications": ("merits", "lapsed_on", "stars"),
    }.items():
        for name in names:
            op.drop_column(table, name)
