"""Dossiers as stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.dossiers.domain import Dossier
from registration.rows import insert_into, rows_of

DOSSIER = TypeAdapter(Dossier)


@dataclass(frozen=True)
class StoredDossier:
    """A dossier with the ids of its products, in their order."""

    application_id: UUID
    revision: int
    dossier: Dossier
    product_ids: tuple[UUID, ...]


STORED = TypeAdapter(StoredDossier)
SAVE = insert_into("dossiers", key="application_id, revision", renew=("content", "product_ids", "stored_at"))
LIST_NEWEST = text(
    """
    SELECT DISTINCT ON (application_id) CAST(jsonb_build_object(
        'application_id', application_id, 'revision', revision, 'dossier', content, 'product_ids', product_ids
    ) AS text)
    FROM dossiers WHERE application_id = ANY(:application_ids) ORDER BY application_id, revision DESC
    """
)


def to_json(dossier: Dossier) -> dict[str, Any]:
    """Return a dossier as plain JSON."""
    content: dict[str, Any] = DOSSIER.dump_python(dossier, mode="json")
    return content


async def save_dossiers(session: AsyncSession, dossiers: Sequence[StoredDossier], now: datetime) -> None:
    """Store dossiers; a revision not handed in yet is replaced."""
    rows = [
        {
            "application_id": stored.application_id,
            "revision": stored.revision,
            "content": to_json(stored.dossier),
            "product_ids": stored.product_ids,
            "stored_at": now,
        }
        for stored in dossiers
    ]
    await session.execute(SAVE, rows_of(rows))


async def list_newest(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, StoredDossier]:
    """Return the newest revision of each application's dossier."""
    rows = await session.scalars(LIST_NEWEST, {"application_ids": list(application_ids)})
    newest = [STORED.validate_json(row) for row in rows]
    return {stored.application_id: stored for stored in newest}
