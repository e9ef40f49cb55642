"""The ledger of support as stored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.rows import insert_into, rows_of

LIST_OF_VENDORS = text(
    """
    SELECT CAST(to_jsonb(l) AS text) FROM support_lines l
    WHERE edition_id = :edition_id AND vendor_id = ANY(:vendor_ids) ORDER BY line_id
    """
)
LIST_OF_EDITION = text(
    """
    SELECT coalesce(m.kept_vendor_id, l.vendor_id), CAST(to_jsonb(l) AS text)
    FROM support_lines l LEFT JOIN vendor_merges m ON m.merged_vendor_id = l.vendor_id
    WHERE l.edition_id = :edition_id ORDER BY l.line_id
    """
)
GET = text("SELECT CAST(to_jsonb(l) AS text) FROM support_lines l WHERE line_id = :line_id")
ADD = insert_into("support_lines")


@dataclass(frozen=True, kw_only=True)
class StoredLine:
    """A line of the ledger as entered; ``amount_vnd`` None where no rule and no paper sets one."""

    line_id: UUID
    edition_id: UUID
    vendor_id: UUID
    purpose: str
    funded_by: str
    amount_vnd: int | None
    entered_by: str
    entered_at: datetime
    reverses_line_id: UUID | None = None
    reason: str | None = None


LINE = TypeAdapter(StoredLine)


async def list_of_vendors(session: AsyncSession, edition_id: UUID, vendor_ids: Collection[UUID]) -> list[StoredLine]:
    """Return the lines of one producer's vendors in an edition, oldest first."""
    rows = await session.scalars(LIST_OF_VENDORS, {"edition_id": edition_id, "vendor_ids": list(vendor_ids)})
    return [LINE.validate_json(row) for row in rows]


async def list_of_edition(session: AsyncSession, edition_id: UUID) -> list[tuple[UUID, StoredLine]]:
    """Return an edition's lines, oldest first, each with the producer that its vendor was found to be."""
    rows = await session.execute(LIST_OF_EDITION, {"edition_id": edition_id})
    return [(producer_id, LINE.validate_json(content)) for producer_id, content in rows]


async def get_line(session: AsyncSession, line_id: UUID) -> StoredLine:
    """Return a line; raises NotFoundError."""
    found = await session.scalar(GET, {"line_id": line_id})
    if found is None:
        raise NotFoundError("support_line", line_id)
    return LINE.validate_json(found)


async def add_line(session: AsyncSession, line: StoredLine) -> None:
    await session.execute(ADD, rows_of([line]))
