"""Editions as stored, and the registers of provinces that come with the service."""

import csv
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.editions.domain import Edition
from allocation.editions.tables import EditionRow
from common.database.engine import table_of
from common.errors import NotKnownYetError

ADAPTER = TypeAdapter(Edition)
EDITIONS = table_of(EditionRow)
FIELDS = tuple(Edition.__dataclass_fields__)

_FIND = select(EDITIONS).where(EDITIONS.c.edition_id == bindparam("edition_id"))
_LOCK = _FIND.with_for_update()
_SHARE = _FIND.with_for_update(read=True)
_ADD = insert(EDITIONS).values({name: bindparam(name) for name in FIELDS})
_SAVE = _ADD.on_conflict_do_update(index_elements=["edition_id"], set_={name: _ADD.excluded[name] for name in FIELDS})


def to_edition(row: Any) -> Edition:
    return ADAPTER.validate_python(dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name for it


async def find_edition(session: AsyncSession, edition_id: UUID) -> Edition | None:
    row = (await session.execute(_FIND, {"edition_id": edition_id})).one_or_none()
    return None if row is None else to_edition(row)


async def get_edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Return an edition; raises NotFoundError, also for one that registration has not yet told of."""
    edition = await find_edition(session, edition_id)
    if edition is None:
        raise NotKnownYetError("edition", edition_id)
    return edition


async def find_locked(session: AsyncSession, edition_id: UUID) -> Edition | None:
    """Return an edition and hold it: all that changes its places goes one after the other."""
    row = (await session.execute(_LOCK, {"edition_id": edition_id})).one_or_none()
    return None if row is None else to_edition(row)


async def lock_edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Return an edition and hold it; raises NotFoundError."""
    edition = await find_locked(session, edition_id)
    if edition is None:
        raise NotKnownYetError("edition", edition_id)
    return edition


async def share_edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Return an edition and keep it as it is, beside others that do so; raises NotFoundError.

    For what gives and takes no booth: it holds the one place that it changes. Who locks the edition waits for all of them.
    """
    row = (await session.execute(_SHARE, {"edition_id": edition_id})).one_or_none()
    if row is None:
        raise NotKnownYetError("edition", edition_id)
    return to_edition(row)


async def save_edition(session: AsyncSession, edition: Edition) -> None:
    await session.execute(_SAVE, asdict(edition))


@cache
def regions_of(register: str) -> dict[str, str]:
    """Return the region of each province code of a register, ``2020`` or ``2025``."""
    source = files("allocation") / "packs" / f"provinces_{register}.csv"
    lines = source.read_text(encoding="utf-8").splitlines()
    return {row["code"]: row["region"] for row in csv.DictReader(lines)}
