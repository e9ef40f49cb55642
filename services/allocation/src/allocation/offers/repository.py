"""Offers as stored, and the rules of their deadlines."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, Uuid, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.booths.tables import BoothRow
from allocation.editions.domain import OVER, Edition, Stage
from allocation.editions.repository import to_edition
from allocation.editions.tables import EditionRow
from allocation.floor_plans.tables import FloorPlanRow
from allocation.offers.domain import Offer, OfferPage, OfferRules, OfferState
from allocation.offers.tables import OfferRow
from common.database.engine import table_of
from common.errors import NotFoundError, NotKnownYetError

OFFERS, EDITIONS, APPLICATIONS, BOOTHS, PLANS = (
    table_of(row) for row in (OfferRow, EditionRow, ApplicationRow, BoothRow, FloorPlanRow)
)

_FIND = select(OFFERS).where(OFFERS.c.offer_id == bindparam("offer_id"))
_LOCK = _FIND.with_for_update()
_POINTS = select(OFFERS.c.application_id, OFFERS.c.points).where(
    OFFERS.c.offer_id == func.any(bindparam("ids", type_=ARRAY(Uuid)))
)
_LOCK_ALL = (
    select(OFFERS)
    .where(OFFERS.c.offer_id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(OFFERS.c.reply_by_at, OFFERS.c.offer_id)
    .with_for_update()
)
_EDITION = (
    select(EDITIONS)
    .join(OFFERS, OFFERS.c.edition_id == EDITIONS.c.edition_id)
    .where(OFFERS.c.offer_id == bindparam("offer_id"))
)
_LOCK_EDITION = _EDITION.with_for_update(of=EDITIONS)
_SHARE_EDITION = _EDITION.with_for_update(read=True, of=EDITIONS)
_SAVE = text(
    "UPDATE offers o SET state = said.state, answered_at = said.answered_at"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:answers AS timestamptz[]))"
    " AS said (offer_id, state, answered_at) WHERE o.offer_id = said.offer_id"
)
_RUNNING = (
    select(OFFERS)
    .join(EDITIONS, EDITIONS.c.edition_id == OFFERS.c.edition_id)
    .where(OFFERS.c.state == OfferState.OPEN, EDITIONS.c.is_suspended.is_(False), EDITIONS.c.is_behind.is_(False))
)
_DUE = (
    _RUNNING.where(OFFERS.c.reply_by_at <= bindparam("now"))
    .order_by(OFFERS.c.reply_by_at, OFFERS.c.offer_id)
    .limit(bindparam("most"))
)
_NEXT_DEADLINE = _RUNNING.where(EDITIONS.c.stage.not_in(OVER)).with_only_columns(
    func.min(OFFERS.c.reply_by_at), maintain_column_froms=True
)
_PAGE = (
    select(EDITIONS, APPLICATIONS.c.trade_name)
    .join(APPLICATIONS, APPLICATIONS.c.edition_id == EDITIONS.c.edition_id)
    .where(APPLICATIONS.c.application_id == bindparam("application_id"))
)


def to_offer(row: Any) -> Offer:
    return Offer(
        offer_id=row.offer_id,
        edition_id=row.edition_id,
        application_id=row.application_id,
        vendor_id=row.vendor_id,
        booth_codes=tuple(row.booth_codes),
        reply_by_at=row.reply_by_at,
        state=OfferState(row.state),
        made_at=row.made_at,
        answered_at=row.answered_at,
        run_id=row.run_id,
        points=row.points,
    )


async def find_offer(session: AsyncSession, offer_id: UUID) -> Offer | None:
    row = (await session.execute(_FIND, {"offer_id": offer_id})).one_or_none()
    return None if row is None else to_offer(row)


async def get_offer(session: AsyncSession, offer_id: UUID) -> Offer:
    """Return an offer; raises NotFoundError."""
    offer = await find_offer(session, offer_id)
    if offer is None:
        raise NotFoundError("offer", offer_id)
    return offer


async def lock_offer(session: AsyncSession, offer_id: UUID) -> Offer:
    """Return an offer and hold it; raises NotFoundError. Its edition is to be locked before."""
    row = (await session.execute(_LOCK, {"offer_id": offer_id})).one_or_none()
    if row is None:
        raise NotFoundError("offer", offer_id)
    return to_offer(row)


async def list_points(session: AsyncSession, offer_ids: Sequence[UUID]) -> dict[UUID, int | None]:
    """Return by application the points on which offers were made; None where that was not kept."""
    return {row.application_id: row.points for row in await session.execute(_POINTS, {"ids": list(offer_ids)})}


async def lock_offers(session: AsyncSession, offer_ids: Sequence[UUID]) -> list[Offer]:
    """Return offers and hold them, the oldest deadline first. Their edition is to be locked before."""
    return [to_offer(row) for row in await session.execute(_LOCK_ALL, {"ids": list(offer_ids)})]


async def hold_edition(session: AsyncSession, offer_id: UUID, *, alone: bool) -> Edition:
    """Return the edition of an offer and hold it, alone or beside others (see ``share_edition``).

    Raises NotFoundError for an offer that does not exist.
    """
    row = (await session.execute(_LOCK_EDITION if alone else _SHARE_EDITION, {"offer_id": offer_id})).one_or_none()
    if row is None:
        raise NotFoundError("offer", offer_id)
    return to_edition(row)


async def add_offers(session: AsyncSession, offers: Sequence[Offer]) -> None:
    if offers:
        await session.execute(insert(OFFERS), [vars(offer) for offer in offers])


async def save_offers(session: AsyncSession, offers: Sequence[Offer]) -> None:
    """Store what became of offers."""
    if not offers:
        return
    values = {
        "ids": [offer.offer_id for offer in offers],
        "states": [offer.state for offer in offers],
        "answers": [offer.answered_at for offer in offers],
    }
    await session.execute(_SAVE, values)


async def change_booths(session: AsyncSession, changes: Sequence[tuple[UUID | None, tuple[str, ...]]]) -> None:
    """Let open offers stand for other booths."""
    for offer_id, booth_codes in changes:
        query = update(OFFERS).where(OFFERS.c.offer_id == offer_id, OFFERS.c.state == OfferState.OPEN)
        await session.execute(query.values(booth_codes=list(booth_codes)))


async def list_due_offers(session: AsyncSession, now: datetime, limit: int) -> list[Offer]:
    """Return open offers whose time is over, the oldest deadline first; none of an edition that is suspended or behind."""
    return [to_offer(row) for row in await session.execute(_DUE, {"now": now, "most": limit})]


async def find_next_deadline(session: AsyncSession) -> datetime | None:
    """Return the earliest deadline of an open offer whose edition is not suspended and not over."""
    return await session.scalar(_NEXT_DEADLINE)


async def get_offer_page(session: AsyncSession, offer_id: UUID) -> OfferPage:
    """Return an offer with what its page shows; raises NotFoundError, also before a restored database has all of it."""
    offer = await get_offer(session, offer_id)
    edition = (await session.execute(_PAGE, {"application_id": offer.application_id})).one_or_none()
    if edition is None:
        raise NotKnownYetError("offer", offer_id)
    return OfferPage(
        offer=offer,
        trade_name=edition.trade_name,
        edition_vi=edition.name["vi"],
        edition_en=edition.name["en"] or edition.name["vi"],
        venue_vi=edition.venue["vi"],
        venue_en=edition.venue["en"] or edition.venue["vi"],
        first_on=edition.first_on,
        last_on=edition.last_on,
        zones=await _zones_of(session, offer),
        is_suspended=edition.is_suspended,
        is_cancelled=edition.stage == Stage.CANCELLED,
    )


async def _zones_of(session: AsyncSession, offer: Offer) -> tuple[tuple[str, str], ...]:
    """Return the names of the zones of an offer's booths, as the newest plan calls them."""
    codes = set(
        await session.scalars(
            select(BOOTHS.c.zone_code).where(
                BOOTHS.c.edition_id == offer.edition_id, BOOTHS.c.booth_code.in_(offer.booth_codes)
            )
        )
    )
    newest = select(PLANS.c.zones).where(PLANS.c.edition_id == offer.edition_id).order_by(PLANS.c.version.desc())
    zones: list[dict[str, Any]] = await session.scalar(newest.limit(1)) or []
    names = {zone["zone_code"]: (zone["name_vi"], zone["name_en"] or zone["name_vi"]) for zone in zones}
    return tuple(names.get(code, (code, code)) for code in sorted(codes))


@cache
def _all_rules() -> list[OfferRules]:
    source = files("allocation") / "packs" / "offer_rules.toml"
    versions = tomllib.loads(source.read_text(encoding="utf-8"))["versions"]
    return sorted(TypeAdapter(list[OfferRules]).validate_python(versions), key=lambda rules: rules.valid_from)


def rules_on(first_on: date) -> OfferRules:
    """Return the rules in force for an edition by its first day; before the first version, that one."""
    in_force = [rules for rules in _all_rules() if rules.valid_from <= first_on]
    return (in_force or _all_rules()[:1])[-1]
