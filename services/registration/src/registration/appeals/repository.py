"""Appeals as stored."""

from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registration.appeals.domain import Appeal
from registration.rows import insert_into, rows_of

APPEAL = TypeAdapter(Appeal)
ADD = insert_into("appeals")
LIST = text(
    """
    SELECT a.state, CAST(to_jsonb(p) AS text) FROM appeals p JOIN applications a ON a.application_id = p.application_id
    WHERE p.edition_id = :edition_id ORDER BY p.decide_by_at, p.application_id
    """
)

FIND = text("SELECT CAST(to_jsonb(p) AS text) FROM appeals p WHERE application_id = :application_id")


async def add_appeal(session: AsyncSession, appeal: Appeal) -> None:
    await session.execute(ADD, rows_of([appeal]))


async def list_appeals(session: AsyncSession, edition_id: UUID) -> list[tuple[Appeal, str]]:
    """Return an edition's appeals with the states of their applications, the most urgent first."""
    rows = await session.execute(LIST, {"edition_id": edition_id})
    return [(APPEAL.validate_json(content), state) for state, content in rows]


async def find_appeal(session: AsyncSession, application_id: UUID) -> Appeal | None:
    found = await session.scalar(FIND, {"application_id": application_id})
    return None if found is None else APPEAL.validate_json(found)
