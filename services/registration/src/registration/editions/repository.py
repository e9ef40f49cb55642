"""Editions as stored."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.editions.domain import Days, Edition
from registration.editions.endings import OVER, check_running
from registration.editions.states import Act, EditionState
from registration.editions.tables import EditionActRow, EditionRow, ScheduleRevisionRow

EDITION = TypeAdapter(Edition)
AS_EDITION = """
    CAST(to_jsonb(e) || jsonb_build_object(
        'planned', jsonb_build_object('first', e.planned_first, 'last', e.planned_last),
        'actual', CASE WHEN e.actual_first IS NOT NULL
                       THEN jsonb_build_object('first', e.actual_first, 'last', e.actual_last) END
    ) AS text)
"""
"""An edition ``e`` as ``read_edition`` takes it."""
HOLD = text(f"SELECT {AS_EDITION} FROM editions e WHERE edition_id = :edition_id FOR SHARE")  # noqa: S608  # our own
LOCK = text(f"SELECT {AS_EDITION} FROM editions e WHERE edition_id = :edition_id FOR UPDATE")  # noqa: S608  # our own
PERIODS = ("planned", "actual")


@dataclass(frozen=True)
class ScheduleRevision:
    version: int
    days: Days
    reason_code: str | None
    document_id: UUID | None
    set_at: datetime


@dataclass(frozen=True)
class EditionAct:
    act: str
    state: str
    reason_code: str | None
    document_id: UUID | None
    done_at: datetime


def to_edition(row: EditionRow) -> Edition:
    values = {column.key: getattr(row, column.key) for column in EditionRow.__mapper__.column_attrs}
    for period in PERIODS:
        first: date | None = values.pop(f"{period}_first")
        last: date | None = values.pop(f"{period}_last")
        values[period] = None if first is None or last is None else Days(first, last)
    return EDITION.validate_python(values)


@lru_cache(maxsize=32)
def read_edition(content: str) -> Edition:
    """Return an edition from its JSON; the same one is read again and again."""
    return EDITION.validate_json(content)


def _to_values(edition: Edition) -> dict[str, Any]:
    values = asdict(edition)
    for period in PERIODS:
        days: Days | None = getattr(edition, period)
        del values[period]
        values[f"{period}_first"] = days and days.first
        values[f"{period}_last"] = days and days.last
    return values


async def get_edition(session: AsyncSession, edition_id: UUID) -> Edition:
    """Return an edition; raises NotFoundError."""
    return _found(await session.get(EditionRow, edition_id, populate_existing=True), edition_id)


async def list_states(session: AsyncSession, edition_ids: Collection[UUID]) -> dict[UUID, EditionState]:
    """Return the states of editions."""
    query = select(EditionRow.edition_id, EditionRow.state).where(EditionRow.edition_id.in_(edition_ids))
    return {edition_id: EditionState(state) for edition_id, state in await session.execute(query)}


async def find_edition(session: AsyncSession, edition_id: UUID) -> Edition | None:
    """Return an edition; None where there is none."""
    row = await session.get(EditionRow, edition_id, populate_existing=True)
    return row and to_edition(row)


async def lock_edition(session: AsyncSession, edition_id: UUID, *, shared: bool = False) -> Edition:
    """Return an edition that nobody changes until the end; ``shared`` lets others read it so at the same time."""
    found = await session.scalar(HOLD if shared else LOCK, {"edition_id": edition_id})
    if found is None:
        raise NotFoundError("edition", edition_id)
    return read_edition(found)


async def hold_running(
    session: AsyncSession, edition_id: UUID, *, shared: bool = False, over: Collection[EditionState] = OVER
) -> Edition:
    """Return an edition as ``lock_edition`` does; raises EditionOverError where it is in one of the states ``over``."""
    edition = await lock_edition(session, edition_id, shared=shared)
    check_running(edition.state, over)
    return edition


def _found(row: EditionRow | None, edition_id: UUID) -> Edition:
    if row is None:
        raise NotFoundError("edition", edition_id)
    return to_edition(row)


async def has_code(session: AsyncSession, code: str) -> bool:
    return await session.scalar(select(EditionRow.edition_id).where(EditionRow.code == code)) is not None


async def list_editions(session: AsyncSession, after: str | None, limit: int) -> list[Edition]:
    """Return editions by code."""
    rows = await session.scalars(
        select(EditionRow).where(EditionRow.code > (after or "")).order_by(EditionRow.code).limit(limit)
    )
    return [to_edition(row) for row in rows]


async def add_edition(session: AsyncSession, edition: Edition) -> None:
    session.add(EditionRow(**_to_values(edition)))
    await session.flush()


async def save_edition(session: AsyncSession, edition: Edition) -> None:
    await session.execute(
        update(EditionRow).where(EditionRow.edition_id == edition.edition_id).values(**_to_values(edition))
    )


def add_schedule(
    session: AsyncSession, edition: Edition, reason_code: str | None, document_id: UUID | None, now: datetime
) -> None:
    """Store the present dates of an edition as the newest version of its schedule."""
    session.add(
        ScheduleRevisionRow(
            edition_id=edition.edition_id,
            version=edition.schedule_version,
            planned_first=edition.planned.first,
            planned_last=edition.planned.last,
            reason_code=reason_code,
            document_id=document_id,
            set_at=now,
        )
    )


def add_act(
    session: AsyncSession,
    act_id: UUID,
    edition: Edition,
    act: Act,
    reason_code: str | None,
    document_id: UUID | None,
    now: datetime,
) -> None:
    """Store what was done to an edition."""
    session.add(
        EditionActRow(
            act_id=act_id,
            edition_id=edition.edition_id,
            act=act,
            state=edition.state,
            reason_code=reason_code,
            document_id=document_id,
            done_at=now,
        )
    )


async def list_schedule(session: AsyncSession, edition_id: UUID) -> Sequence[ScheduleRevision]:
    rows = await session.scalars(
        select(ScheduleRevisionRow)
        .where(ScheduleRevisionRow.edition_id == edition_id)
        .order_by(ScheduleRevisionRow.version)
    )
    return [
        ScheduleRevision(
            row.version, Days(row.planned_first, row.planned_last), row.reason_code, row.document_id, row.set_at
        )
        for row in rows
    ]


async def list_acts(session: AsyncSession, edition_id: UUID) -> Sequence[EditionAct]:
    rows = await session.scalars(
        select(EditionActRow).where(EditionActRow.edition_id == edition_id).order_by(EditionActRow.act_id)
    )
    return [EditionAct(row.act, row.state, row.reason_code, row.document_id, row.done_at) for row in rows]
