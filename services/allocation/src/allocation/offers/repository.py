"""Offers as stored, and the rules of their deadlines."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.applications.tables import ApplicationRow
from allocation.booths.tables import BoothRow
from allocation.editions.domain import OVER
from allocation.editions.tables import EditionRow
from allocation.offers.domain import Offer, OfferPage, OfferRules, OfferState
from allocation.offers.tables import OfferRow
from common.errors import NotFoundError


def to_offer(row: OfferRow) -> Offer:
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
    )


async def get_offer(session: AsyncSession, offer_id: UUID) -> Offer:
    """Return an offer; raises NotFoundError."""
    row = await session.scalar(select(OfferRow).where(OfferRow.offer_id == offer_id))
    if row is None:
        raise NotFoundError("offer", offer_id)
    return to_offer(row)


async def lock_offer(session: AsyncSession, offer_id: UUID) -> Offer:
    """Return an offer and hold it; raises NotFoundError. Its edition is to be locked before."""
    query = select(OfferRow).where(OfferRow.offer_id == offer_id).with_for_update()
    row = await session.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFoundError("offer", offer_id)
    return to_offer(row)


async def add_offers(session: AsyncSession, offers: Sequence[Offer]) -> None:
    if offers:
        await session.execute(insert(OfferRow), [asdict(offer) for offer in offers])


async def save_offer(session: AsyncSession, offer: Offer) -> None:
    await session.execute(
        update(OfferRow)
        .where(OfferRow.offer_id == offer.offer_id)
        .values(state=offer.state, answered_at=offer.answered_at)
    )


async def list_due_offers(session: AsyncSession, now: datetime, limit: int) -> list[Offer]:
    """Return open offers whose time is over, the oldest deadline first; none of an edition that is suspended."""
    query = (
        select(OfferRow)
        .join(EditionRow, EditionRow.edition_id == OfferRow.edition_id)
        .where(OfferRow.state == OfferState.OPEN, OfferRow.reply_by_at <= now, EditionRow.is_suspended.is_(False))
        .order_by(OfferRow.reply_by_at, OfferRow.offer_id)
        .limit(limit)
    )
    return [to_offer(row) for row in await session.scalars(query)]


async def find_next_deadline(session: AsyncSession) -> datetime | None:
    """Return the earliest deadline of an open offer whose edition is not suspended and not over."""
    query = (
        select(func.min(OfferRow.reply_by_at))
        .join(EditionRow, EditionRow.edition_id == OfferRow.edition_id)
        .where(
            OfferRow.state == OfferState.OPEN,
            EditionRow.is_suspended.is_(False),
            EditionRow.stage.not_in(OVER),
        )
    )
    return await session.scalar(query)


async def get_offer_page(session: AsyncSession, offer_id: UUID) -> OfferPage:
    """Return an offer with what its page shows; raises NotFoundError."""
    offer = await get_offer(session, offer_id)
    query = (
        select(EditionRow, ApplicationRow.trade_name)
        .join(ApplicationRow, ApplicationRow.edition_id == EditionRow.edition_id)
        .where(ApplicationRow.application_id == offer.application_id)
    )
    edition, trade_name = (await session.execute(query)).one()
    zones = select(BoothRow.zone_code).where(
        BoothRow.edition_id == offer.edition_id, BoothRow.booth_code.in_(offer.booth_codes)
    )
    return OfferPage(
        offer=offer,
        trade_name=trade_name,
        edition_vi=edition.name["vi"],
        edition_en=edition.name["en"] or edition.name["vi"],
        venue_vi=edition.venue["vi"],
        venue_en=edition.venue["en"] or edition.venue["vi"],
        first_on=edition.first_on,
        last_on=edition.last_on,
        zone_codes=tuple(sorted(set(await session.scalars(zones)))),
        is_suspended=edition.is_suspended,
    )


@cache
def _all_rules() -> list[OfferRules]:
    source = files("allocation") / "packs" / "offer_rules.toml"
    versions = tomllib.loads(source.read_text(encoding="utf-8"))["versions"]
    return sorted(TypeAdapter(list[OfferRules]).validate_python(versions), key=lambda rules: rules.valid_from)


def rules_on(first_on: date) -> OfferRules:
    """Return the rules in force for an edition by its first day; before the first version, that one."""
    in_force = [rules for rules in _all_rules() if rules.valid_from <= first_on]
    return (in_force or _all_rules()[:1])[-1]
