"""Adds the tables of invitation rounds and invitations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation_rounds",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("issuing_agency_code", sa.String(), nullable=False),
        sa.Column("notation", sa.String(), nullable=False),
        sa.Column("reply_by_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders_at", JSONB(), nullable=False),
        sa.Column("basis_ids", JSONB(), nullable=False),
        sa.Column("signer_role", sa.String(), nullable=False),
        sa.Column("recipients", JSONB(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_invitation_rounds_edition_id"),
        sa.ForeignKeyConstraint(
            ["issuing_agency_code"], ["agencies.agency_code"], name="fk_invitation_rounds_issuing_agency_code"
        ),
        sa.PrimaryKeyConstraint("edition_id", name="pk_invitation_rounds"),
    )
    moments = ("invited_at", "opened_at", "downloaded_at", "answered_at", "declined_at", "reminded_at")
    op.create_table(
        "invitations",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column("signer_name", sa.String(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
        sa.Column("decline_reason", sa.String(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["invitation_rounds.edition_id"], name="fk_invitations_edition_id"),
        sa.ForeignKeyConstraint(["agency_code"], ["agencies.agency_code"], name="fk_invitations_agency_code"),
        sa.ForeignKeyConstraint(["document_id"], ["legal_documents.document_id"], name="fk_invitations_document_id"),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_invitations"),
        sa.UniqueConstraint("edition_id", "agency_code", name="uq_invitations_edition_id"),
    )
    op.create_index("ix_invitations_party_id", "invitations", ["party_id"], unique=False)


def downgrade() -> None:
    for table in ("invitations", "invitation_rounds"):
        op.drop_table(table)
