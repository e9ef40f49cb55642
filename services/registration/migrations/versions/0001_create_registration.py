"""Makes the tables of registration."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from common.database.migrations import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing(op)
    op.create_table(
        "agencies",
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("agency_code", name="pk_agencies"),
    )
    op.create_table(
        "contacts",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("preferred_channels", JSONB(), nullable=True),
        sa.Column("may_be_told", JSONB(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("party_id", name="pk_contacts"),
    )
    op.create_table(
        "editions",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("theme_region", sa.String(), nullable=False),
        sa.Column("theme_province_codes", JSONB(), nullable=True),
        sa.Column("province_register", sa.String(), nullable=False),
        sa.Column("venue_name", JSONB(), nullable=False),
        sa.Column("venue_province_code", sa.String(), nullable=False),
        sa.Column("planned_first", sa.Date(), nullable=False),
        sa.Column("planned_last", sa.Date(), nullable=False),
        sa.Column("official_days", sa.Integer(), nullable=False),
        sa.Column("booth_target", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host_agency_codes", JSONB(), nullable=False),
        sa.Column("executing_agency_codes", JSONB(), nullable=False),
        sa.Column("allocation_policy", sa.String(), nullable=False),
        sa.Column("quotas", JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("resume_to", sa.String(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("actual_first", sa.Date(), nullable=True),
        sa.Column("actual_last", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("edition_id", name="pk_editions"),
        sa.UniqueConstraint("code", name="uq_editions_code"),
    )
    op.create_table(
        "legal_documents",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("notation", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuing_agency_code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_legal_documents"),
        sa.UniqueConstraint(
            "issuing_agency_code",
            "number",
            "notation",
            "year",
            name="uq_legal_documents_issuing_agency_code_number_notation_year",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "rule_packs",
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_document", sa.String(), nullable=True),
        sa.Column("trust", sa.String(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pack", "version", name="pk_rule_packs"),
    )
    op.create_table(
        "vendors",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("trade_name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("vendor_type", sa.String(), nullable=False),
        sa.Column("tax_id", sa.String(), nullable=True),
        sa.Column("tax_key", sa.String(), nullable=True),
        sa.Column("registration_number", sa.String(), nullable=True),
        sa.Column("province_register", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("representative", sa.String(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vendor_id", name="pk_vendors"),
        sa.UniqueConstraint("tax_key", name="uq_vendors_tax_key"),
    )
    op.create_index("ix_vendors_name_key", "vendors", ["name_key"], unique=False)
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("nominating_agency_code", sa.String(), nullable=True),
        sa.Column("nominating_province_code", sa.String(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_by_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_appealed", sa.Boolean(), nullable=False),
        sa.Column("reason_codes", JSONB(), nullable=False),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_applications_edition_id"),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.vendor_id"], name="fk_applications_vendor_id"),
        sa.PrimaryKeyConstraint("application_id", name="pk_applications"),
        sa.UniqueConstraint("edition_id", "vendor_id", name="uq_applications_edition_id_vendor_id"),
    )
    op.create_index(
        "ix_applications_edition_id", "applications", ["edition_id", "state", "application_id"], unique=False
    )
    op.create_index("ix_applications_reply_by_at", "applications", ["reply_by_at"], unique=False)
    op.create_index("ix_applications_vendor_id", "applications", ["vendor_id"], unique=False)
    op.create_table(
        "edition_acts",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["legal_documents.document_id"], name="fk_edition_acts_document_id"),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_edition_acts_edition_id"),
        sa.PrimaryKeyConstraint("act_id", name="pk_edition_acts"),
    )
    op.create_index("ix_edition_acts_edition_id", "edition_acts", ["edition_id"], unique=False)
    op.create_table(
        "nominations",
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_code"], ["agencies.agency_code"], name="fk_nominations_agency_code"),
        sa.ForeignKeyConstraint(["document_id"], ["legal_documents.document_id"], name="fk_nominations_document_id"),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_nominations_edition_id"),
        sa.PrimaryKeyConstraint("nomination_id", name="pk_nominations"),
    )
    op.create_index("ix_nominations_edition_id", "nominations", ["edition_id"], unique=False)
    op.create_table(
        "products",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.vendor_id"], name="fk_products_vendor_id"),
        sa.PrimaryKeyConstraint("product_id", name="pk_products"),
        sa.UniqueConstraint("vendor_id", "name_key", name="uq_products_vendor_id_name_key"),
    )
    op.create_table(
        "schedule_revisions",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned_first", sa.Date(), nullable=False),
        sa.Column("planned_last", sa.Date(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["legal_documents.document_id"], name="fk_schedule_revisions_document_id"
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name="fk_schedule_revisions_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "version", name="pk_schedule_revisions"),
    )
    op.create_table(
        "consents",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.application_id"], name="fk_consents_application_id"),
        sa.PrimaryKeyConstraint("application_id", "purpose", name="pk_consents"),
    )
    op.create_table(
        "dossiers",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("product_ids", JSONB(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.application_id"], name="fk_dossiers_application_id"),
        sa.PrimaryKeyConstraint("application_id", "revision", name="pk_dossiers"),
    )
    op.create_table(
        "evaluations",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("packs", JSONB(), nullable=False),
        sa.Column("inputs", JSONB(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("products", JSONB(), nullable=False),
        sa.Column("tier", sa.String(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("merits", JSONB(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.application_id"], name="fk_evaluations_application_id"
        ),
        sa.PrimaryKeyConstraint("evaluation_id", name="pk_evaluations"),
    )
    op.create_index("ix_evaluations_application_id", "evaluations", ["application_id", "evaluation_id"], unique=False)
