"""Dossiers as stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from registration.dossiers.domain import Dossier
from registration.dossiers.tables import DossierRow

DOSSIER = TypeAdapter(Dossier)


@dataclass(frozen=True)
class StoredDossier:
    """A dossier with the ids of its products, in their order."""

    application_id: UUID
    revision: int
    dossier: Dossier
    product_ids: tuple[UUID, ...]


def to_json(dossier: Dossier) -> dict[str, Any]:
    """Return a dossier as plain JSON."""
    content: dict[str, Any] = DOSSIER.dump_python(dossier, mode="json")
    return content


async def save_dossiers(session: AsyncSession, dossiers: Sequence[StoredDossier], now: datetime) -> None:
    """Store dossiers; a revision not handed in yet is replaced."""
    statement = insert(DossierRow).values(
        [
            {
                "application_id": stored.application_id,
                "revision": stored.revision,
                "content": to_json(stored.dossier),
                "product_ids": [str(product_id) for product_id in stored.product_ids],
                "stored_at": now,
            }
            for stored in dossiers
        ]
    )
    changed = {name: statement.excluded[name] for name in ("content", "product_ids", "stored_at")}
    await session.execute(statement.on_conflict_do_update(index_elements=["application_id", "revision"], set_=changed))


async def list_newest(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, StoredDossier]:
    """Return the newest revision of each application's dossier."""
    rows = await session.scalars(
        select(DossierRow)
        .where(DossierRow.application_id.in_(application_ids))
        .ext(distinct_on(DossierRow.application_id))
        .order_by(DossierRow.application_id, DossierRow.revision.desc())
        .execution_options(populate_existing=True)
    )
    return {
        row.application_id: StoredDossier(
            row.application_id,
            row.revision,
            DOSSIER.validate_python(row.content),
            tuple(UUID(product_id) for product_id in row.product_ids),
        )
        for row in rows
    }
