"""Adds the tables of evidence papers: uploads, parts, papers, what was found of them, and who was given them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
TABLES = ("evidence_readings", "evidence_verifications", "evidence_papers", "evidence_parts", "evidence_uploads")


def _application(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["application_id"], ["applications.application_id"], name=f"fk_{table}_application_id"
    )


def _paper(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["evidence_id"], ["evidence_papers.evidence_id"], name=f"fk_{table}_evidence_id")


def _declared() -> list[sa.Column[object]]:
    return [
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "evidence_uploads",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        *_declared(),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.Column("begun_at", WHEN, nullable=False),
        _application("evidence_uploads"),
        sa.PrimaryKeyConstraint("upload_id", name="pk_evidence_uploads"),
    )
    op.create_index("ix_evidence_uploads_application_id", "evidence_uploads", ["application_id"], unique=False)
    op.create_index("ix_evidence_uploads_begun_at", "evidence_uploads", ["begun_at"], unique=False)
    op.create_table(
        "evidence_parts",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("part_offset", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["evidence_uploads.upload_id"], name="fk_evidence_parts_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "part_offset", name="pk_evidence_parts"),
    )
    op.create_table(
        "evidence_papers",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        *_declared(),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_sha256", sa.String(), nullable=False),
        sa.Column("kept_sha256", sa.String(), nullable=False),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("handed_in_by", sa.String(), nullable=False),
        sa.Column("handed_in_at", WHEN, nullable=False),
        _application("evidence_papers"),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence_papers"),
        sa.UniqueConstraint("application_id", "sent_sha256", name="uq_evidence_papers_application_id_sent_sha256"),
    )
    op.create_index("ix_evidence_papers_scan", "evidence_papers", ["scan", "evidence_id"], unique=False)
    op.create_table(
        "evidence_verifications",
        sa.Column("verification_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("verified_at", WHEN, nullable=False),
        _paper("evidence_verifications"),
        sa.PrimaryKeyConstraint("verification_id", name="pk_evidence_verifications"),
    )
    op.create_index("ix_evidence_verifications_evidence_id", "evidence_verifications", ["evidence_id"], unique=False)
    op.create_table(
        "evidence_readings",
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("read_by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("read_at", WHEN, nullable=False),
        _paper("evidence_readings"),
        sa.PrimaryKeyConstraint("reading_id", name="pk_evidence_readings"),
    )
    op.create_index("ix_evidence_readings_evidence_id", "evidence_readings", ["evidence_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
