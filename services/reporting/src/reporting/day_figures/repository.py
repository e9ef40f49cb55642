"""SQL of the day figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.plumbing import EventLogRow
from reporting.day_figures.domain import Entry, Figure, Measure, PlaceDay, PlaceKind, Qualifier
from reporting.day_figures.tables import DayEntryRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('day_entries:' || CAST(:edition_id AS text), 0))")


async def lock_entries(session: AsyncSession, edition_id: UUID) -> None:
    """Let one request at a time enter figures of an edition, so that each correction finds what it corrects."""
    await session.execute(_LOCK, {"edition_id": str(edition_id)})


async def add_entry(
    session: AsyncSession,
    edition_id: UUID,
    entry: Entry,
    *,
    entry_id: UUID,
    replaces_entry_id: UUID | None,
    event_id: UUID,
    entered_at: datetime,
    entered_by: str,
) -> None:
    """Store an entry as the one that counts."""
    session.add(
        DayEntryRow(
            entry_id=entry_id,
            edition_id=edition_id,
            on=entry.on,
            place=entry.place.value,
            code=entry.code,
            source=entry.source,
            figures={measure.value: _to_json(figure) for measure, figure in entry.figures.items()},
            replaces_entry_id=replaces_entry_id,
            is_current=True,
            event_id=event_id,
            entered_at=entered_at,
            entered_by=entered_by,
        )
    )


async def find_current(session: AsyncSession, edition_id: UUID, source: str, days: set[date]) -> dict[PlaceDay, UUID]:
    """Return the entries of one source that count on some days, by place and day."""
    query = select(DayEntryRow.on, DayEntryRow.place, DayEntryRow.code, DayEntryRow.entry_id).where(
        DayEntryRow.edition_id == edition_id,
        DayEntryRow.on.in_(days),
        DayEntryRow.source == source,
        DayEntryRow.is_current,
    )
    return {(on, PlaceKind(place), code): entry_id for on, place, code, entry_id in await session.execute(query)}


async def retire_entries(session: AsyncSession, entry_ids: Sequence[UUID]) -> None:
    """Mark entries as replaced; before those that replace them are stored."""
    if entry_ids:
        statement = update(DayEntryRow).where(DayEntryRow.entry_id.in_(entry_ids)).values(is_current=False)
        await session.execute(statement)


async def list_entries(session: AsyncSession, edition_id: UUID) -> Sequence[Entry]:
    """Return the entries of an edition that count, in order of day, place and source."""
    query = (
        select(DayEntryRow)
        .where(DayEntryRow.edition_id == edition_id, DayEntryRow.is_current)
        .order_by(DayEntryRow.on, DayEntryRow.place, DayEntryRow.code, DayEntryRow.source)
    )
    return [
        Entry(row.on, PlaceKind(row.place), row.code, row.source, _from_json(row.figures))
        for row in await session.scalars(query)
    ]


async def get_own_position(session: AsyncSession, edition_id: UUID) -> tuple[int | None, int]:
    """Return the last own position that told a figure of an edition, and how many figures have none yet."""
    query = (
        select(func.max(EventLogRow.position), func.count(DayEntryRow.entry_id) - func.count(EventLogRow.position))
        .select_from(DayEntryRow)
        .outerjoin(EventLogRow, EventLogRow.event_id == DayEntryRow.event_id)
        .where(DayEntryRow.edition_id == edition_id)
    )
    position, open_entries = (await session.execute(query)).one()
    return position, open_entries


def _to_json(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "qualifier": figure.qualifier.value, "is_estimate": figure.is_estimate}


def _from_json(figures: Mapping[str, Any]) -> dict[Measure, Figure]:
    return {
        Measure(name): Figure(found["value"], Qualifier(found["qualifier"]), found["is_estimate"])
        for name, found in figures.items()
    }
