"""Makes the tables of notifications."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from common.database.migrations import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OPEN = "state IN ('due', 'sending', 'unknown', 'waiting_contact', 'waiting_edition', 'waiting_application')"


def upgrade() -> None:
    create_plumbing(op)
    create_contacts()
    create_editions()
    create_participations()
    create_notices()
    create_deliveries()
    create_open_offers()


def create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("display_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("zalo_id", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("preferred_channels", JSONB(), nullable=True),
        sa.Column("may_be_told", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("party_id", name="pk_contacts"),
    )


def create_editions() -> None:
    op.create_table(
        "editions",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("venue_name", JSONB(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("plan_paper", JSONB(), nullable=True),
        sa.Column("schedule_paper", JSONB(), nullable=True),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", name="pk_editions"),
    )
    op.create_table(
        "plan_booths",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("booth_code", sa.String(), nullable=False),
        sa.Column("zone_name", JSONB(), nullable=True),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("corner", sa.Boolean(), nullable=False),
        sa.Column("power_sockets", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", "booth_code", name="pk_plan_booths"),
    )
    op.create_table(
        "released_runs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("paper", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_released_runs"),
    )


def create_participations() -> None:
    op.create_table(
        "participations",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_state", sa.String(), nullable=True),
        sa.Column("place_state", sa.String(), nullable=True),
        sa.Column("trade_name", sa.String(), nullable=True),
        sa.Column("nominating_agency_code", sa.String(), nullable=True),
        sa.Column("support", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("application_id", name="pk_participations"),
    )
    op.create_index("ix_participations_edition_id", "participations", ["edition_id"])


def create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_kind", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notices"),
        sa.UniqueConstraint(
            "recipient_kind",
            "recipient_id",
            "purpose",
            "about_id",
            name="uq_notices_recipient_kind_recipient_id_purpose_about_id",
        ),
    )
    op.create_index("ix_notices_open", "notices", ["due_at"], postgresql_where=sa.text(OPEN))
    op.create_index("ix_notices_edition_id", "notices", ["edition_id", "notice_id"])


def create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", "channel", "number", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.notice_id"], name="fk_deliveries_notice_id"),
    )


def create_open_offers() -> None:
    op.create_table(
        "open_offers",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("reply_by_at", INSTANT, nullable=False),
        sa.Column("remind_at", INSTANT, nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_open_offers"),
    )
    op.create_index("ix_open_offers_remind_at", "open_offers", ["remind_at"])
