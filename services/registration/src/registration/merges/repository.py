"""Vendors merged into others as stored."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.merges.domain import NumberTakenError, Same, Separation

MERGED_INTO = text("SELECT kept_vendor_id FROM vendor_merges WHERE merged_vendor_id = :vendor_id")
LIST_ONES = text(
    """
    WITH one AS (
        SELECT coalesce((SELECT kept_vendor_id FROM vendor_merges WHERE merged_vendor_id = :vendor_id), :vendor_id) AS id
    )
    SELECT id FROM one UNION SELECT merged_vendor_id FROM vendor_merges WHERE kept_vendor_id = (SELECT id FROM one)
    """
)
LOCK_VENDORS = text("SELECT vendor_id FROM vendors WHERE vendor_id = ANY(:vendor_ids) ORDER BY vendor_id FOR UPDATE")
KEEP_MERGED = text("UPDATE vendor_merges SET kept_vendor_id = :kept WHERE kept_vendor_id = :merged")
GIVE_UP_NUMBER = text(
    """
    WITH given AS (
        SELECT vendor_id, tax_key FROM vendors WHERE vendor_id = :merged
    ), freed AS (
        UPDATE vendors SET tax_key = NULL WHERE vendor_id = :merged
    )
    INSERT INTO vendor_merges (merged_vendor_id, kept_vendor_id, tax_key, merged_by, merged_at, pair_id)
    SELECT vendor_id, :kept, tax_key, :merged_by, :now, :pair_id FROM given
    """
)
LIST_SAME = text("SELECT pair_id, first_vendor_id, second_vendor_id FROM duplicate_pairs WHERE verdict = 'same'")
MERGED_BY_PAIR = text("SELECT merged_vendor_id FROM vendor_merges WHERE pair_id = :pair_id")
LEAVE = text("DELETE FROM vendor_merges WHERE merged_vendor_id = :root RETURNING tax_key")
WHO_HAS = text("SELECT vendor_id FROM vendors WHERE tax_key = :tax_key")
TAKE_NUMBER = text("UPDATE vendors SET tax_key = :tax_key WHERE vendor_id = :vendor_id")
GO_WITH = text("UPDATE vendor_merges SET kept_vendor_id = :root WHERE merged_vendor_id = ANY(:others)")


async def find_kept(session: AsyncSession, vendor_id: UUID) -> UUID:
    """Return the vendor that this one was found to be: itself, where it was not merged."""
    kept: UUID | None = await session.scalar(MERGED_INTO, {"vendor_id": vendor_id})
    return kept or vendor_id


async def list_ones(session: AsyncSession, vendor_id: UUID) -> list[UUID]:
    """Return all ids under which one producer is known."""
    return list(await session.scalars(LIST_ONES, {"vendor_id": vendor_id}))


async def lock_vendors(session: AsyncSession, vendor_ids: Collection[UUID]) -> None:
    await session.execute(LOCK_VENDORS, {"vendor_ids": list(vendor_ids)})


async def merge(session: AsyncSession, kept: UUID, merged: UUID, merged_by: str, now: datetime, pair_id: UUID) -> None:
    """Make one vendor another: whatever was merged into it goes along, its tax number leads to the kept one."""
    await session.execute(KEEP_MERGED, {"kept": kept, "merged": merged})
    await session.execute(
        GIVE_UP_NUMBER, {"kept": kept, "merged": merged, "merged_by": merged_by, "now": now, "pair_id": pair_id}
    )


async def list_same(session: AsyncSession) -> list[Same]:
    """Return every pair that was found to be one producer."""
    return [Same(*row) for row in await session.execute(LIST_SAME)]


async def find_merged_by(session: AsyncSession, pair_id: UUID) -> UUID | None:
    """Return the vendor that the merge of this pair gave up."""
    return await session.scalar(MERGED_BY_PAIR, {"pair_id": pair_id})


async def separate(session: AsyncSession, separation: Separation) -> None:
    """Make vendors a producer of their own again, with the tax number that was given up; raises NumberTakenError."""
    tax_key = await session.scalar(LEAVE, {"root": separation.root})
    if tax_key is not None:
        if await session.scalar(WHO_HAS, {"tax_key": tax_key}) is not None:
            raise NumberTakenError(tax_key)
        await session.execute(TAKE_NUMBER, {"tax_key": tax_key, "vendor_id": separation.root})
    await session.execute(GO_WITH, {"root": separation.root, "others": list(separation.others)})
