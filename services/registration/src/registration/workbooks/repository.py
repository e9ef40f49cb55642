"""What workbooks need of the store: an agency's own applications, rows that were taken, and workbooks that came back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.editions.domain import QuotaBounds
from registration.rows import insert_into, rows_of
from registration.workbooks.forms import Own
from registration.workbooks.tables import FilledWorkbookRow

OWN = TypeAdapter(Own)
_LIST_OWN = """
    SELECT CAST(jsonb_build_object(
        'application', to_jsonb(a), 'vendor', to_jsonb(v), 'dossier', d.content, 'product_ids', d.product_ids,
        'contact', CASE WHEN c.display_name IS NOT NULL THEN to_jsonb(c) END
    ) AS text)
    FROM applications a
    JOIN vendors v ON v.vendor_id = a.vendor_id
    JOIN LATERAL (
        SELECT * FROM dossiers WHERE application_id = a.application_id ORDER BY revision DESC LIMIT 1
    ) d ON true
    LEFT JOIN contacts c ON c.party_id = a.vendor_id
    WHERE a.edition_id = :edition_id AND a.nominating_agency_code = :agency_code
    ORDER BY a.application_id
"""
LIST_OWN = text(_LIST_OWN)
LOCK_OWN = text(f"{_LIST_OWN} FOR UPDATE OF a")
COUNT_OF_OTHERS = text(
    """
    SELECT sum(CAST(d.content ->> 'booths_wanted' AS int))
    FROM applications a JOIN vendors v ON v.vendor_id = a.vendor_id
    JOIN LATERAL (
        SELECT content FROM dossiers WHERE application_id = a.application_id ORDER BY revision DESC LIMIT 1
    ) d ON true
    WHERE a.edition_id = :edition_id AND a.nominating_province_code = :province_code
        AND a.nominating_agency_code <> :agency_code AND v.country = 'VN'
        AND a.state NOT IN ('withdrawn', 'rejected', 'revoked')
    """
)
LIST_ROWS = text(
    """
    SELECT row_key, application_id, product_id, digest FROM workbook_rows
    WHERE edition_id = :edition_id AND agency_code = :agency_code
    """
)
FIND_PLACES = text(
    "SELECT floor, ceiling FROM invitations WHERE edition_id = :edition_id AND agency_code = :agency_code"
    " AND (floor IS NOT NULL OR ceiling IS NOT NULL)"
)
LIST_DIGESTS = text("SELECT application_id, digest FROM workbook_vendors WHERE application_id = ANY(:application_ids)")
SAVE_ROWS = insert_into(
    "workbook_rows", key="edition_id, agency_code, row_key", renew=("application_id", "product_id", "digest")
)
SAVE_DIGESTS = insert_into("workbook_vendors", key="application_id", renew=("digest",))


@dataclass(frozen=True)
class TakenRow:
    """A row that was taken: whose it is, and the mark of what it said."""

    row_key: str
    application_id: UUID
    product_id: UUID | None
    digest: str


async def list_own(session: AsyncSession, edition_id: UUID, agency_code: str, *, lock: bool = False) -> list[Own]:
    """Return the applications that an agency nominated for an edition; with ``lock`` nobody else changes them."""
    asked = {"edition_id": edition_id, "agency_code": agency_code}
    rows = await session.scalars(LOCK_OWN if lock else LIST_OWN, asked)
    return [OWN.validate_json(row) for row in rows]


async def find_own_places(session: AsyncSession, edition_id: UUID, agency_code: str) -> QuotaBounds | None:
    """Return the booths that an agency was invited to fill; None where it was given no number of its own."""
    found = await session.execute(FIND_PLACES, {"edition_id": edition_id, "agency_code": agency_code})
    row = found.one_or_none()
    return None if row is None else QuotaBounds("agency", agency_code, row.floor, row.ceiling)


async def count_booths_of_others(session: AsyncSession, edition_id: UUID, province_code: str, agency_code: str) -> int:
    """Return the booths that other agencies of a province ask for; foreign vendors do not count as a province's."""
    asked = {"edition_id": edition_id, "province_code": province_code, "agency_code": agency_code}
    return int(await session.scalar(COUNT_OF_OTHERS, asked) or 0)


async def list_rows(session: AsyncSession, edition_id: UUID, agency_code: str) -> dict[str, TakenRow]:
    """Return the rows that were taken of an agency, by row key."""
    rows = await session.execute(LIST_ROWS, {"edition_id": edition_id, "agency_code": agency_code})
    return {row.row_key: TakenRow(*row) for row in rows}


async def list_digests(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the marks of what the agency last said of each vendor, by application."""
    rows = await session.execute(LIST_DIGESTS, {"application_ids": list(application_ids)})
    return {row.application_id: row.digest for row in rows}


async def save_taken(
    session: AsyncSession, edition_id: UUID, agency_code: str, rows: Sequence[TakenRow], digests: Mapping[UUID, str]
) -> None:
    """Store rows and vendors as they were taken now."""
    owner = {"edition_id": edition_id, "agency_code": agency_code}
    unique = {row.row_key: {**asdict(row), **owner} for row in rows}
    if unique:
        await session.execute(SAVE_ROWS, rows_of(list(unique.values())))
    if digests:
        listed = [{"application_id": key, "digest": digest} for key, digest in digests.items()]
        await session.execute(SAVE_DIGESTS, rows_of(listed))


@dataclass(frozen=True)
class FilledWorkbook:
    """A workbook that came back, with the answer; ``content`` is None once it was forgotten."""

    filled_workbook_id: UUID
    edition_id: UUID
    agency_code: str
    received_by: str
    received_at: datetime
    sha256: str
    answer: dict[str, Any]
    content: bytes | None


def add_filled(session: AsyncSession, filled: FilledWorkbook) -> None:
    session.add(FilledWorkbookRow(**vars(filled)))


async def get_filled(session: AsyncSession, filled_workbook_id: UUID) -> FilledWorkbook:
    """Return a workbook that came back; raises NotFoundError."""
    row = await session.get(FilledWorkbookRow, filled_workbook_id)
    if row is None:
        raise NotFoundError("file", filled_workbook_id)
    names = [column.key for column in FilledWorkbookRow.__mapper__.column_attrs]
    return FilledWorkbook(**{name: getattr(row, name) for name in names})


async def forget_contents(session: AsyncSession, now: datetime, kept: timedelta, limit: int) -> int:
    """Empty the contents of workbooks that came back longer ago, and return how many."""
    old = select(FilledWorkbookRow.filled_workbook_id).where(
        FilledWorkbookRow.received_at < now - kept, FilledWorkbookRow.content.is_not(None)
    )
    gone = await session.execute(
        update(FilledWorkbookRow)
        .where(FilledWorkbookRow.filled_workbook_id.in_(old.limit(limit)))
        .values(content=None)
        .returning(FilledWorkbookRow.filled_workbook_id)
    )
    return len(gone.all())
