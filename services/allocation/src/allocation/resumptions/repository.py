"""Editions that rest after a restore, as stored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.editions.tables import EditionRow
from allocation.resumptions.domain import NewDates, Resumption
from allocation.resumptions.tables import ResumptionRow
from common.database.engine import table_of
from common.delivery.plumbing import EventLogRow, ParkedRow

RESUMPTIONS, EDITIONS, LOG = table_of(ResumptionRow), table_of(EditionRow), EventLogRow.__table__

_OF_EDITION = RESUMPTIONS.c.edition_id == bindparam("of_edition")
_BEGIN = insert(RESUMPTIONS).values(edition_id=bindparam("of_edition")).on_conflict_do_nothing()
_REST, _GO_ON = (
    update(EDITIONS).where(EDITIONS.c.edition_id == bindparam("of_edition")).values(is_behind=is_behind)
    for is_behind in (True, False)
)
_FIND = select(RESUMPTIONS).where(_OF_EDITION)
_LIST = select(RESUMPTIONS.c.edition_id).order_by(RESUMPTIONS.c.edition_id)
COUNT_BEHIND = select(func.count()).select_from(RESUMPTIONS)
_PARKED = select(ParkedRow.key).distinct()
_END = delete(RESUMPTIONS).where(_OF_EDITION)
# Whatever was told in one unit of work has one time.
_TOLD_AFTER = select(func.min(LOG.c.headers["ce_time"].astext)).where(
    LOG.c.key == bindparam("of_key"), LOG.c.headers["ce_causationid"].astext == bindparam("event_id")
)


async def begin(session: AsyncSession, edition_id: UUID) -> None:
    """Let an edition rest until it has taken in again what registration told of it."""
    await session.execute(_BEGIN, {"of_edition": edition_id})
    await session.execute(_REST, {"of_edition": edition_id})


async def find_resumption(session: AsyncSession, edition_id: UUID) -> Resumption | None:
    row = (await session.execute(_FIND, {"of_edition": edition_id})).one_or_none()
    if row is None:
        return None
    return Resumption(
        edition_id=row.edition_id,
        seed=row.seed,
        released_run_id=row.released_run_id,
        resized_by=row.resized_by,
        rescheduled_by=None if row.rescheduled_by is None else _to_dates(**row.rescheduled_by),
        ended_by=row.ended_by,
        lapsed=tuple(UUID(each) for each in row.lapsed),
        wants_run=row.wants_run,
    )


def _to_dates(event_id: str, told_at: str) -> NewDates:
    return NewDates(event_id, datetime.fromisoformat(told_at))


async def list_behind(session: AsyncSession) -> list[UUID]:
    """Return the editions that rest."""
    return list(await session.scalars(_LIST))


async def list_parked_keys(session: AsyncSession) -> set[bytes]:
    """Return the keys of which something waits for an operator."""
    return set(await session.scalars(_PARKED))


async def end(session: AsyncSession, edition_id: UUID) -> None:
    """Let an edition go on."""
    await session.execute(_END, {"of_edition": edition_id})
    await session.execute(_GO_ON, {"of_edition": edition_id})


async def keep_release(session: AsyncSession, edition_id: UUID, run_id: UUID, seed: str | None) -> None:
    """Remember what gave the places of an edition that is itself forgotten."""
    await _put_off(session, edition_id, released_run_id=run_id, seed=seed)


async def put_off_size(
    session: AsyncSession, edition_id: UUID, event_id: str, legal_document: dict[str, Any] | None
) -> None:
    """Remember by which event, and by which paper, there is another number of booths."""
    await _put_off(session, edition_id, resized_by={"event_id": event_id, "legal_document": legal_document})


async def put_off_dates(session: AsyncSession, edition_id: UUID, event_id: str, told_at: datetime) -> None:
    """Remember by which event there are new dates."""
    await _put_off(session, edition_id, rescheduled_by={"event_id": event_id, "told_at": told_at.isoformat()})


async def put_off_end(session: AsyncSession, edition_id: UUID, event_id: str) -> None:
    """Remember by which event the edition is over."""
    await _put_off(session, edition_id, ended_by=event_id)


async def put_off_lapse(session: AsyncSession, edition_id: UUID, application_id: UUID) -> None:
    """Remember that a certificate of an application lapsed."""
    await _put_off(session, edition_id, lapsed=func.array_append(RESUMPTIONS.c.lapsed, str(application_id)))


async def put_off_run(session: AsyncSession, edition_id: UUID) -> None:
    """Remember that a run is to be started anew."""
    await _put_off(session, edition_id, wants_run=True)


async def _put_off(session: AsyncSession, edition_id: UUID, **values: Any) -> None:
    await session.execute(update(RESUMPTIONS).where(RESUMPTIONS.c.edition_id == edition_id).values(values))


async def find_told_after(session: AsyncSession, edition_id: UUID, event_id: str) -> datetime | None:
    """Return when this service told what follows from an event; None if it told nothing, or has forgotten that it did."""
    found = await session.scalar(_TOLD_AFTER, {"of_key": str(edition_id).encode(), "event_id": event_id})
    return None if found is None else datetime.fromisoformat(found)
