"""Dossiers as stored, and the offers that a release made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.dossiers.domain import Kind, Offered
from allocation.dossiers.tables import DossierRow
from allocation.offers.tables import OfferRow
from common.database.engine import table_of

DOSSIERS, OFFERS = table_of(DossierRow), table_of(OfferRow)


async def find_dossier(session: AsyncSession, run_id: UUID, kind: Kind) -> bytes | None:
    """Return an archive that was made before."""
    query = select(DOSSIERS.c.content).where(DOSSIERS.c.run_id == run_id, DOSSIERS.c.kind == kind)
    return await session.scalar(query)


async def add_dossier(session: AsyncSession, run_id: UUID, kind: Kind, content: bytes, made_at: datetime) -> None:
    """Keep an archive for good; the first one made stays."""
    values = {"run_id": run_id, "kind": str(kind), "content": content, "made_at": made_at}
    await session.execute(insert(DOSSIERS).values(values).on_conflict_do_nothing())


async def list_offered(session: AsyncSession, run_id: UUID) -> list[Offered]:
    """Return the offers that the release of a run made, by application."""
    query = (
        select(OFFERS.c.application_id, OFFERS.c.booth_codes)
        .where(OFFERS.c.run_id == run_id)
        .order_by(OFFERS.c.application_id, OFFERS.c.offer_id)
    )
    return [Offered(str(row.application_id), tuple(row.booth_codes)) for row in await session.execute(query)]
