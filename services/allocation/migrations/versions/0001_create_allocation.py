"""Makes the tables of allocation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from common.database.migrations import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing(op)
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("trade_name", sa.String(), nullable=False),
        sa.Column("vendor_type", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("product_group", sa.String(), nullable=False),
        sa.Column("booths_granted", sa.Integer(), nullable=False),
        sa.Column("zone_codes", ARRAY(sa.String()), nullable=True),
        sa.Column("corner", sa.Boolean(), nullable=False),
        sa.Column("power", sa.Boolean(), nullable=False),
        sa.Column("not_beside_group", sa.String(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("draw_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_applications"),
    )
    op.create_index("ix_applications_edition_id", "applications", ["edition_id"])
    op.create_table(
        "booths",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("booth_code", sa.String(), nullable=False),
        sa.Column("zone_code", sa.String(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("corner", sa.Boolean(), nullable=False),
        sa.Column("power_sockets", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("neighbours", ARRAY(sa.String()), nullable=False),
        sa.PrimaryKeyConstraint("edition_id", "booth_code", name="pk_booths"),
    )
    op.create_table(
        "check_ins",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "on", name="pk_check_ins"),
    )
    op.create_table(
        "editions",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("venue", JSONB(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("booth_target", sa.Integer(), nullable=False),
        sa.Column("zone_capacities", JSONB(), nullable=False),
        sa.Column("quotas", JSONB(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("province_register", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("released_run_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("edition_id", name="pk_editions"),
    )
    op.create_table(
        "floor_plans",
        sa.Column("floor_plan_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("zones", JSONB(), nullable=False),
        sa.Column("booths", JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("floor_plan_id", name="pk_floor_plans"),
        sa.UniqueConstraint("edition_id", "version", name="uq_floor_plans_edition_id_version"),
    )
    op.create_table(
        "offers",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("booth_codes", ARRAY(sa.String()), nullable=False),
        sa.Column("reply_by_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("offer_id", name="pk_offers"),
    )
    op.create_index("ix_offers_edition_id_state", "offers", ["edition_id", "state"])
    op.create_index("ix_offers_state_reply_by_at", "offers", ["state", "reply_by_at"])
    op.create_table(
        "places",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("booth_codes", ARRAY(sa.String()), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("reply_by_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("standing", sa.Integer(), nullable=True),
        sa.Column("waiting_rank", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("application_id", name="pk_places"),
    )
    op.create_index("ix_places_edition_id_outcome", "places", ["edition_id", "outcome"])
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("input", JSONB(), nullable=False),
        sa.Column("input_digest", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", JSONB(), nullable=True),
        sa.Column("problems", JSONB(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
    )
    op.create_index("ix_runs_edition_id_requested_at", "runs", ["edition_id", "requested_at"])
    op.create_index("ix_runs_state", "runs", ["state"])
    op.create_table(
        "held_booths",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("booth_code", sa.String(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["places.application_id"], name="fk_held_booths_application_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "booth_code", name="pk_held_booths"),
        sa.UniqueConstraint("edition_id", "booth_code", name="uq_held_booths_edition_id_booth_code"),
    )
