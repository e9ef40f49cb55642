"""Places as stored."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ARRAY, String, Uuid, bindparam, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.places.domain import Outcome, Place, Placement
from allocation.places.tables import HeldBoothRow, PlaceRow
from common.database.engine import table_of
from common.errors import NotFoundError

PLACES = table_of(PlaceRow)
HELD = table_of(HeldBoothRow)
APPLICATIONS = table_of(ApplicationRow)
FIELDS = tuple(Place.__dataclass_fields__)
BEFORE_ALL = UUID(int=0)

_OF_EDITION = PLACES.c.edition_id == bindparam("edition_id")
_FIND = select(PLACES).where(PLACES.c.application_id == bindparam("application_id"))
_LOCK = _FIND.with_for_update()
_FIND_ALL = select(PLACES).where(PLACES.c.application_id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
_OF_OUTCOMES = _OF_EDITION & (PLACES.c.outcome == func.any(bindparam("outcomes", type_=ARRAY(String))))
_ANY = select(exists().where(_OF_OUTCOMES))
_LIST = (
    select(PLACES)
    .where(_OF_OUTCOMES)
    .order_by(PLACES.c.waiting_rank.nulls_first(), PLACES.c.standing, PLACES.c.application_id)
)
_HOLDER = (
    select(PLACES)
    .join(HELD, HELD.c.application_id == PLACES.c.application_id)
    .where(HELD.c.edition_id == bindparam("edition_id"), HELD.c.booth_code == bindparam("booth_code"))
)
# In one order whoever asks, so that two who hold several of them never wait for each other.
_LOCK_HOLDERS = (
    select(PLACES, HELD.c.booth_code)
    .join(HELD, HELD.c.application_id == PLACES.c.application_id)
    .where(
        HELD.c.edition_id == bindparam("edition_id"),
        HELD.c.booth_code == func.any(bindparam("codes", type_=ARRAY(String))),
    )
    .order_by(PLACES.c.application_id)
    .with_for_update(of=PLACES)
)
_DISPLACED = select(PLACES).where(
    _OF_EDITION,
    func.cardinality(PLACES.c.booth_codes)
    != select(func.count()).where(HELD.c.application_id == PLACES.c.application_id).scalar_subquery(),
)
_ENTER = (
    insert(PLACES)
    .values({name: bindparam(name) for name in FIELDS})
    .on_conflict_do_nothing()
    .returning(PLACES.c.application_id)
)
_COLUMNS = ", ".join(FIELDS)  # named: to one that a version after this has put there its default applies
_NEW = ", ".join(f"{name} = excluded.{name}" for name in FIELDS)
# What they held is let go in the same trip; who holds what now is another one, which finds those booths free.
_SAVE = text(
    "WITH freed AS (DELETE FROM held_booths WHERE application_id = ANY(CAST(:ids AS uuid[])))"  # noqa: S608  # names of our own
    f" INSERT INTO places ({_COLUMNS}) SELECT {_COLUMNS}"
    " FROM jsonb_populate_recordset(NULL::places, CAST(:rows AS jsonb))"
    f" ON CONFLICT (application_id) DO UPDATE SET {_NEW}"
)
_NOTE = (
    update(PLACES)
    .where(PLACES.c.application_id == bindparam("held_by"))
    .values(outcome=bindparam("new_outcome"), reply_by_at=bindparam("new_reply_by_at"))
)
_HOLD = text(
    "INSERT INTO held_booths (application_id, edition_id, booth_code)"
    " SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:editions AS uuid[]), CAST(:codes AS text[]))"
)
_LINE = (
    select(PLACES.c.application_id, func.row_number().over(order_by=PLACES.c.waiting_rank).label("position"))
    .where(_OF_EDITION, PLACES.c.waiting_rank.is_not(None))
    .subquery()
)
_PLACEMENTS = (
    select(PLACES, APPLICATIONS.c.trade_name, _LINE.c.position)
    .join(APPLICATIONS, APPLICATIONS.c.application_id == PLACES.c.application_id)
    .outerjoin(_LINE, _LINE.c.application_id == PLACES.c.application_id)
    .where(_OF_EDITION, PLACES.c.application_id > bindparam("after"))
    .order_by(PLACES.c.application_id)
    .limit(bindparam("most"))
)


def to_place(row: Any) -> Place:
    return Place(
        application_id=row.application_id,
        edition_id=row.edition_id,
        vendor_id=row.vendor_id,
        outcome=Outcome(row.outcome),
        booth_codes=tuple(row.booth_codes),
        offer_id=row.offer_id,
        reply_by_at=row.reply_by_at,
        run_id=row.run_id,
        standing=row.standing,
        waiting_rank=row.waiting_rank,
        former_booth_codes=tuple(row.former_booth_codes),
    )


async def find_place(session: AsyncSession, application_id: UUID) -> Place | None:
    row = (await session.execute(_FIND, {"application_id": application_id})).one_or_none()
    return None if row is None else to_place(row)


async def get_place(session: AsyncSession, application_id: UUID) -> Place:
    """Return where an application stands; raises NotFoundError."""
    place = await find_place(session, application_id)
    if place is None:
        raise NotFoundError("place", application_id)
    return place


async def lock_place(session: AsyncSession, application_id: UUID) -> Place:
    """Return where an application stands and hold it; raises NotFoundError. Its edition is to be held before."""
    row = (await session.execute(_LOCK, {"application_id": application_id})).one_or_none()
    if row is None:
        raise NotFoundError("place", application_id)
    return to_place(row)


async def get_places(session: AsyncSession, application_ids: Sequence[UUID]) -> list[Place]:
    """Return where some applications stand."""
    return [to_place(row) for row in await session.execute(_FIND_ALL, {"ids": list(application_ids)})]


async def list_places(
    session: AsyncSession, edition_id: UUID, outcomes: Collection[Outcome] = frozenset(Outcome)
) -> list[Place]:
    """Return an edition's places, of some outcomes only: by standing, at last the waiting list in its order."""
    rows = await session.execute(_LIST, {"edition_id": edition_id, "outcomes": list(outcomes)})
    return [to_place(row) for row in rows]


async def has_places(session: AsyncSession, edition_id: UUID, outcomes: Collection[Outcome]) -> bool:
    """Tell whether an edition has a place of some outcomes."""
    return bool(await session.scalar(_ANY, {"edition_id": edition_id, "outcomes": list(outcomes)}))


async def list_displaced(session: AsyncSession, edition_id: UUID) -> list[Place]:
    """Return places of which another one holds a booth: half of a step was told before a restore, or two lives gave it."""
    return [to_place(row) for row in await session.execute(_DISPLACED, {"edition_id": edition_id})]


async def find_holder(session: AsyncSession, edition_id: UUID, booth_code: str) -> Place | None:
    """Return the place to which a booth belongs; None for a booth without holder."""
    row = (await session.execute(_HOLDER, {"edition_id": edition_id, "booth_code": booth_code})).one_or_none()
    return None if row is None else to_place(row)


async def lock_holders(session: AsyncSession, edition_id: UUID, booth_codes: Collection[str]) -> dict[str, Place]:
    """Return the places to which booths belong, by booth, and hold them. The edition is to be held before."""
    rows = await session.execute(_LOCK_HOLDERS, {"edition_id": edition_id, "codes": list(booth_codes)})
    return {row.booth_code: to_place(row) for row in rows}


async def enter_place(session: AsyncSession, place: Place) -> bool:
    """Store the place of an application without booths; return whether there was none before, else that one stays."""
    return await session.scalar(_ENTER, vars(place)) is not None


async def save_places(session: AsyncSession, places: Sequence[Place]) -> None:
    """Store places and who holds which booth; a booth that two hold fails on its unique constraint.

    Their edition is held alone: what they held is let go as it was when the statement began.
    """
    if not places:
        return
    rows = to_json([vars(place) for place in places]).decode()
    await session.execute(_SAVE, {"ids": [place.application_id for place in places], "rows": rows})
    held = [(place.application_id, place.edition_id, code) for place in places for code in place.booth_codes]
    if held:
        ids, editions, codes = (list(column) for column in zip(*held, strict=True))
        await session.execute(_HOLD, {"ids": ids, "editions": editions, "codes": codes})


async def note_outcomes(session: AsyncSession, places: Sequence[Place]) -> None:
    """Store the outcomes of places that keep their booths."""
    if places:
        await session.execute(_NOTE, [_noted(place) for place in places])


def _noted(place: Place) -> dict[str, Any]:
    return {"held_by": place.application_id, "new_outcome": place.outcome, "new_reply_by_at": place.reply_by_at}


async def list_placements(session: AsyncSession, edition_id: UUID, after: UUID | None, limit: int) -> list[Placement]:
    """Return where an edition's applications stand, by application; ``after`` is the last one seen."""
    values = {"edition_id": edition_id, "after": after or BEFORE_ALL, "most": limit}
    rows = await session.execute(_PLACEMENTS, values)
    return [Placement(to_place(row), row.trade_name, row.position) for row in rows]
