"""Participations as stored; each statement may run again, since an event may be delivered again."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ROW = """
    INSERT INTO participations AS p (application_id, edition_id, vendor_id, is_holding, seen_on, missed_on)
    VALUES (:application_id, :edition_id, :vendor_id, :is_holding, {seen_on}, {missed_on})
    ON CONFLICT (application_id) DO UPDATE SET
"""
NOTE_PLACE = text(_ROW.format(seen_on="NULL", missed_on="'{}'") + " is_holding = excluded.is_holding")
NOTE_SEEN = text(
    _ROW.format(seen_on="CAST(:on AS date)", missed_on="'{}'")
    + " seen_on = least(p.seen_on, excluded.seen_on), missed_on = array_remove(p.missed_on, excluded.seen_on)"
)
NOTE_MISSED = text(
    _ROW.format(seen_on="NULL", missed_on="ARRAY[CAST(:on AS date)]")
    + " missed_on = array_remove(p.missed_on, CAST(:on AS date)) || excluded.missed_on"
)


async def note_place(
    session: AsyncSession, application_id: UUID, edition_id: UUID, vendor_id: UUID, *, is_holding: bool
) -> None:
    """Note whether an application holds a place that it confirmed."""
    row = {"application_id": application_id, "edition_id": edition_id, "vendor_id": vendor_id}
    await session.execute(NOTE_PLACE, {**row, "is_holding": is_holding})


async def note_day(
    session: AsyncSession, application_id: UUID, edition_id: UUID, vendor_id: UUID, on: date, *, is_present: bool
) -> None:
    """Note whether a holder was at its booth on a day; who comes after it was missed was not absent that day."""
    row = {"application_id": application_id, "edition_id": edition_id, "vendor_id": vendor_id}
    await session.execute(NOTE_SEEN if is_present else NOTE_MISSED, {**row, "is_holding": True, "on": on})
