"""Opens one snapshot of the database, and reads what no other capability does: what is parked, which editions there are."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from common.delivery.plumbing import ParkedRow
from reporting.editions.tables import EditionStepRow


@asynccontextmanager
async def open_snapshot(session: AsyncSession) -> AsyncGenerator[AsyncSession]:
    """Open a second, read-only session whose every query sees the same moment (REPEATABLE READ)."""
    engine = session.bind
    if not isinstance(engine, AsyncEngine):
        raise TypeError("a snapshot needs a session that is bound to an engine")
    frozen = engine.execution_options(isolation_level="REPEATABLE READ")
    async with AsyncSession(frozen, expire_on_commit=False) as reading:
        await reading.execute(text("SET TRANSACTION READ ONLY"))
        yield reading


async def count_parked(session: AsyncSession, edition_id: UUID) -> int:
    """Return how many subjects of an edition wait for an operator, so that figures lack them."""
    query = select(func.count()).select_from(ParkedRow).where(ParkedRow.key == str(edition_id).encode())
    return await session.scalar(query) or 0


async def list_edition_ids(session: AsyncSession) -> list[UUID]:
    """Return every edition that something was told of."""
    query = select(EditionStepRow.edition_id).distinct().order_by(EditionStepRow.edition_id)
    return list(await session.scalars(query))
