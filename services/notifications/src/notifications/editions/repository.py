"""All SQL of editions, their booths and papers."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, String, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.engine import table_of
from notifications.editions.domain import Booth, Edition, Paper, Words
from notifications.editions.tables import EditionRow, PlanBoothRow, ReleasedRunRow

EDITIONS, BOOTHS, RUNS = (table_of(row) for row in (EditionRow, PlanBoothRow, ReleasedRunRow))

# Asked for every look at the open notices: rows as plain values, by arrays, so that the texts are built once.
_EDITIONS = select(EDITIONS).where(EDITIONS.c.edition_id == func.any(bindparam("edition_ids", type_=ARRAY(Uuid))))
_BOOTHS = select(BOOTHS).where(
    BOOTHS.c.edition_id == func.any(bindparam("edition_ids", type_=ARRAY(Uuid))),
    BOOTHS.c.booth_code == func.any(bindparam("booth_codes", type_=ARRAY(String))),
)
_PAPERS = select(RUNS).where(RUNS.c.run_id == func.any(bindparam("run_ids", type_=ARRAY(Uuid))))


async def save_edition(session: AsyncSession, edition_id: UUID, values: dict[str, Any]) -> None:
    """Store an edition as announced."""
    statement = insert(EditionRow).values(edition_id=edition_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[EditionRow.edition_id], set_=values))


async def change_edition(session: AsyncSession, edition_id: UUID, **values: Any) -> None:
    await session.execute(update(EditionRow).where(EditionRow.edition_id == edition_id).values(**values))


async def replace_booths(session: AsyncSession, edition_id: UUID, booths: Sequence[dict[str, Any]]) -> None:
    """Store the booths of the newest plan in the place of the older one's."""
    await session.execute(delete(PlanBoothRow).where(PlanBoothRow.edition_id == edition_id))
    if booths:
        await session.execute(insert(PlanBoothRow), [{"edition_id": edition_id, **booth} for booth in booths])


async def save_released_run(session: AsyncSession, run_id: UUID, paper: dict[str, Any] | None) -> None:
    statement = insert(ReleasedRunRow).values(run_id=run_id, paper=paper)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[ReleasedRunRow.run_id], set_={"paper": paper})
    )


async def list_editions(session: AsyncSession, edition_ids: Collection[UUID]) -> dict[UUID, Edition]:
    """Return the editions that are announced."""
    rows = await session.execute(_EDITIONS, {"edition_ids": list(edition_ids)})
    return {row.edition_id: _to_edition(row) for row in rows}


async def list_booths(
    session: AsyncSession, edition_ids: Collection[UUID], booth_codes: Collection[str]
) -> dict[tuple[UUID, str], Booth]:
    """Return booths by edition and code, as the newest plans have them."""
    if not booth_codes:
        return {}
    rows = await session.execute(_BOOTHS, {"edition_ids": list(edition_ids), "booth_codes": list(booth_codes)})
    return {(row.edition_id, row.booth_code): _to_booth(row) for row in rows}


async def list_run_papers(session: AsyncSession, run_ids: Collection[UUID]) -> dict[UUID, Paper]:
    """Return the papers by which runs were released, where there is one."""
    if not run_ids:
        return {}
    rows = await session.execute(_PAPERS, {"run_ids": list(run_ids)})
    papers = {row.run_id: to_paper(row.paper) for row in rows}
    return {run_id: paper for run_id, paper in papers.items() if paper is not None}


def to_words(text: dict[str, Any]) -> Words:
    """Return a text for people as stored."""
    return Words(str(text["vi"]), str(text.get("en") or text["vi"]))


def to_paper(document: dict[str, Any] | None) -> Paper | None:
    """Return a paper as stored."""
    if document is None:
        return None
    issued_on = document.get("issued_on")
    return Paper(
        type=document["type"],
        number=document.get("number"),
        notation=document.get("notation"),
        issued_on=date.fromisoformat(issued_on) if issued_on else None,
        title=document["title"],
    )


def _to_edition(row: Row[Any]) -> Edition:
    return Edition(
        edition_id=row.edition_id,
        name=to_words(row.name),
        venue=to_words(row.venue_name),
        first_on=row.first_on,
        last_on=row.last_on,
        closes_at=row.closes_at,
        plan_paper=to_paper(row.plan_paper),
        schedule_paper=to_paper(row.schedule_paper),
        is_suspended=row.is_suspended,
        is_cancelled=row.is_cancelled,
    )


def _to_booth(row: Row[Any]) -> Booth:
    zone = to_words(row.zone_name) if row.zone_name else None
    return Booth(row.booth_code, zone, row.area_m2, row.corner, row.power_sockets)
