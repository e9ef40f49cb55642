"""Editions as stored, and the registers of provinces that come with the service."""

import csv
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.editions.domain import Edition
from allocation.editions.tables import EditionRow
from common.errors import NotFoundError

EDITIONS = TypeAdapter(Edition)


def to_edition(row: EditionRow) -> Edition:
    return EDITIONS.validate_python({name: getattr(row, name) for name in Edition.__dataclass_fields__})


async def find_edition(session: AsyncSession, edition_id: UUID) -> Edition | None:
    row = await session.scalar(select(EditionRow).where(EditionRow.edition_id == edition_id))
    return None if row is None else to_edition(row)


async def get_edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Return an edition; raises NotFoundError, also for one that registration has not yet told of."""
    edition = await find_edition(session, edition_id)
    if edition is None:
        raise NotFoundError("edition", edition_id)
    return edition


async def find_locked(session: AsyncSession, edition_id: UUID) -> Edition | None:
    """Return an edition and hold it: all that changes its places goes one after the other."""
    query = select(EditionRow).where(EditionRow.edition_id == edition_id).with_for_update()
    row = await session.scalar(query, execution_options={"populate_existing": True})
    return None if row is None else to_edition(row)


async def lock_edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Return an edition and hold it; raises NotFoundError."""
    edition = await find_locked(session, edition_id)
    if edition is None:
        raise NotFoundError("edition", edition_id)
    return edition


async def save_edition(session: AsyncSession, edition: Edition) -> None:
    values = asdict(edition)
    await session.execute(
        insert(EditionRow).values(values).on_conflict_do_update(index_elements=["edition_id"], set_=values)
    )


@cache
def regions_of(register: str) -> dict[str, str]:
    """Return the region of each province code of a register, ``2020`` or ``2025``."""
    source = files("allocation") / "packs" / f"provinces_{register}.csv"
    lines = source.read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["region"] for row in csv.DictReader(lines)}
