"""Adds the tables of warnings before certificates lapse, and of the days on which they were looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_warnings",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.product_id"], name="fk_certificate_warnings_product_id"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_certificate_warnings_application_id"
        ),
        sa.PrimaryKeyConstraint("product_id", "valid_to", "threshold", name="pk_certificate_warnings"),
    )
    op.create_table(
        "expiry_looks",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_expiry_looks_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "looked_on", name="pk_expiry_looks"),
    )


def downgrade() -> None:
    for table in ("expiry_looks", "certificate_warnings"):
        op.drop_table(table)
