"""What the rules look at besides an application, put together from all that is stored; one query for any number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.applications.domain import ApplicationState
from registration.dossiers.repository import StoredDossier
from registration.subsidies.domain import BOOTH, FirstLine
from registration.vendors.domain import Vendor
from registration.vetting.filed_papers import FiledPaper

LIST_FILES = text(
    """
    SELECT a.application_id, CAST(jsonb_build_object(
        'application_id', a.application_id,
        'vendor', to_jsonb(v),
        'stored', jsonb_build_object(
            'application_id', d.application_id, 'revision', d.revision,
            'dossier', d.content, 'product_ids', d.product_ids
        ),
        'past', coalesce(past.listed, '[]'),
        'losses', (
            SELECT jsonb_object_agg(l.product_id, l.days) FROM (
                SELECT product_id, jsonb_agg(revoked_on) AS days FROM certificate_losses
                WHERE product_id IN (SELECT CAST(jsonb_array_elements_text(d.product_ids) AS uuid)) GROUP BY product_id
            ) l
        ),
        'filed', (
            SELECT jsonb_agg(
                jsonb_build_object('evidence_id', p.evidence_id, 'kind', p.kind, 'number', p.number, 'finding', (
                    SELECT finding FROM evidence_verifications
                    WHERE evidence_id = p.evidence_id ORDER BY verification_id DESC LIMIT 1
                )) ORDER BY p.evidence_id
            )
            FROM evidence_papers p WHERE p.application_id = a.application_id
        ),
        'first_support', (
            SELECT jsonb_build_object('line_id', l.line_id, 'entered_at', l.entered_at) FROM support_lines l
            WHERE l.edition_id = a.edition_id AND l.vendor_id = ANY(same.ids) AND l.purpose = :booth
                AND l.reverses_line_id IS NULL
                AND NOT EXISTS (SELECT FROM support_lines r WHERE r.reverses_line_id = l.line_id)
                AND (a.state <> 'accepted' OR l.entered_at < a.decided_at)
            ORDER BY l.line_id LIMIT 1
        ),
        'first_application_id', (
            SELECT t.application_id FROM applications t
            WHERE t.edition_id = a.edition_id AND t.vendor_id = ANY(same.ids) AND t.application_id < a.application_id
                AND t.state NOT IN ('draft', 'withdrawn', 'rejected', 'revoked')
            ORDER BY t.application_id LIMIT 1
        )
    ) AS text) AS file
    FROM applications a
    JOIN vendors v ON v.vendor_id = a.vendor_id
    JOIN LATERAL (
        SELECT * FROM dossiers WHERE application_id = a.application_id ORDER BY revision DESC LIMIT 1
    ) d ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(
            (SELECT kept_vendor_id FROM vendor_merges WHERE merged_vendor_id = a.vendor_id), a.vendor_id
        ) AS kept
    ) one
    CROSS JOIN LATERAL (
        SELECT array(
            SELECT one.kept UNION ALL SELECT merged_vendor_id FROM vendor_merges WHERE kept_vendor_id = one.kept
        ) AS ids
    ) same
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(
            jsonb_build_object(
                'state', p.state, 'decided_at', p.decided_at, 'first_on', e.planned_first,
                'is_cancelled', e.state = 'cancelled',
                'was_suspended', coalesce((
                    SELECT s.state = 'suspended' FROM edition_acts s
                    WHERE s.edition_id = e.edition_id AND s.done_at <= p.decided_at ORDER BY s.act_id DESC LIMIT 1
                ), false),
                'reason_codes', p.reason_codes,
                'took_part', t.seen_on IS NOT NULL OR (t.is_holding AND t.missed_on = '{}') IS TRUE,
                'missed_on', coalesce(to_jsonb(t.missed_on), '[]'),
                'products', (
                    SELECT coalesce(jsonb_agg(o.name_key), '[]')
                    FROM jsonb_array_elements((
                        SELECT v.products FROM evaluations v WHERE v.application_id = p.application_id
                        ORDER BY v.evaluation_id DESC LIMIT 1
                    )) AS judged
                    JOIN products o ON o.product_id = CAST(judged ->> 'product_id' AS uuid)
                    WHERE CAST(judged ->> 'is_eligible' AS boolean)
                )
            )
            ORDER BY e.planned_first DESC
        ) AS listed
        FROM applications p JOIN editions e ON e.edition_id = p.edition_id
        LEFT JOIN participations t ON t.application_id = p.application_id
        WHERE p.vendor_id = ANY(same.ids) AND p.edition_id <> a.edition_id
    ) past
    WHERE a.application_id = ANY(:application_ids)
    """
)


@dataclass(frozen=True)
class PastApplication:
    """An application of the same vendor for another edition.

    ``was_suspended``: its edition was without a date when it was decided on or withdrew.
    ``took_part``: it was at its booth, or had a place to the end and nobody missed it; ``products`` are those it was
    accepted with, by the names that search compares.
    """

    state: ApplicationState
    decided_at: datetime | None
    first_on: date
    is_cancelled: bool = False
    was_suspended: bool = False
    took_part: bool = False
    missed_on: tuple[date, ...] = ()
    products: tuple[str, ...] = ()
    reason_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """All that the rules look at besides the application: vendor, newest dossier, applications for other editions.

    ``first_application_id`` is an earlier one of the same producer for the same edition, under a vendor that was merged;
    ``losses`` are the days of the recalls of certificates, by product; ``filed`` the papers whose files are there, oldest
    first; ``first_support`` is a line for the booth that the ledger had before the acceptance: one entered after it is what
    the acceptance grants.
    """

    application_id: UUID
    vendor: Vendor
    stored: StoredDossier
    past: tuple[PastApplication, ...]
    first_application_id: UUID | None = None
    losses: dict[UUID, tuple[date, ...]] | None = None
    filed: tuple[FiledPaper, ...] | None = None
    first_support: FirstLine | None = None


FILE = TypeAdapter(File)


async def list_texts(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the file of each application as JSON: the same text is the same file."""
    rows = await session.execute(LIST_FILES, {"application_ids": list(application_ids), "booth": BOOTH})
    return {row.application_id: row.file for row in rows}


async def list_files(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, File]:
    """Return the file of each application; past applications begin with the latest edition."""
    return read_files(await list_texts(session, application_ids))


def read_files(texts: Mapping[UUID, str]) -> dict[UUID, File]:
    """Return files from their texts."""
    return {application_id: FILE.validate_json(text) for application_id, text in texts.items()}
