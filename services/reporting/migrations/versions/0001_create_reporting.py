"""Create the plumbing, the projections, the day figures and the reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from common.database.migrations import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_plumbing(op)
    _create_positions_and_editions()
    _create_participations()
    _create_day_entries()
    _create_reports()


def _create_positions_and_editions() -> None:
    op.create_table(
        "positions",
        sa.Column("source", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("key_sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_positions"),
    )
    op.create_table(
        "edition_steps",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("edition_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_edition_steps"),
    )
    op.create_index("ix_edition_steps_edition_id", "edition_steps", ["edition_id"])


def _create_participations() -> None:
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("edition_id", sa.Uuid, nullable=False),
        sa.Column("vendor_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("trade_name", sa.String),
        sa.Column("vendor_type", sa.String),
        sa.Column("province_code", sa.String),
        sa.Column("country", sa.String),
        sa.Column("channel", sa.String),
        sa.Column("nominating_agency_code", sa.String),
        sa.Column("booths_granted", sa.Integer),
        sa.Column("products", JSONB),
        sa.Column("reason_codes", JSONB),
        sa.PrimaryKeyConstraint("application_id", name="pk_applications"),
    )
    op.create_index("ix_applications_edition_id", "applications", ["edition_id"])
    op.create_table(
        "places",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("edition_id", sa.Uuid, nullable=False),
        sa.Column("vendor_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("booth_codes", JSONB, nullable=False),
        sa.Column("waitlist_position", sa.Integer),
        sa.Column("reason_codes", JSONB),
        sa.PrimaryKeyConstraint("application_id", name="pk_places"),
    )
    op.create_index("ix_places_edition_id", "places", ["edition_id"])
    op.create_table(
        "attendances",
        sa.Column("edition_id", sa.Uuid, nullable=False),
        sa.Column("booth_code", sa.String, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("vendor_id", sa.Uuid, nullable=False),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("edition_id", "booth_code", "on", name="pk_attendances"),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("edition_id", sa.Uuid),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("recipient_kind", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("reason_code", sa.String),
        sa.PrimaryKeyConstraint("notice_id", "channel", name="pk_notices"),
    )
    op.create_index("ix_notices_edition_id", "notices", ["edition_id"])


def _create_day_entries() -> None:
    op.create_table(
        "day_entries",
        sa.Column("entry_id", sa.Uuid, nullable=False),
        sa.Column("edition_id", sa.Uuid, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("replaces_entry_id", sa.Uuid),
        sa.Column("is_current", sa.Boolean, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_day_entries"),
        sa.UniqueConstraint("event_id", name="uq_day_entries_event_id"),
    )
    op.create_index(
        "uq_day_entries_current",
        "day_entries",
        ["edition_id", "on", "place", "code", "source"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Uuid, nullable=False),
        sa.Column("edition_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("issuing_agency_code", sa.String, nullable=False),
        sa.Column("addressee_agency_code", sa.String, nullable=False),
        sa.Column("on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("positions", JSONB, nullable=False),
        sa.Column("narrative", JSONB, nullable=False),
        sa.Column("paper", JSONB, nullable=False),
        sa.Column("replaces_report_id", sa.Uuid),
        sa.Column("correction_reason", sa.String),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("signer_name", sa.String),
        sa.Column("signer_role", sa.String),
        sa.Column("number", sa.String),
        sa.Column("notation", sa.String),
        sa.Column("number_year", sa.Integer),
        sa.Column("issued_on", sa.Date),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_reports"),
    )
    same = ["edition_id", "kind", "addressee_agency_code", "on"]
    op.create_index(
        "uq_reports_version", "reports", [*same, "version"], unique=True, postgresql_nulls_not_distinct=True
    )
    op.create_index(
        "uq_reports_standing",
        "reports",
        [*same, "replaces_report_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("state NOT IN ('withdrawn', 'superseded')"),
    )
    op.create_index("uq_reports_number", "reports", ["number_year", "notation", "number"], unique=True)
    op.create_table(
        "report_files",
        sa.Column("report_id", sa.Uuid, nullable=False),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "format", name="pk_report_files"),
    )
