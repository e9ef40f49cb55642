"""Commands on offers: made, moved, taken back; a free booth goes to the next in line at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from allocation.editions.domain import Edition, Policy
from allocation.explanations.packs import Told
from allocation.offers import domain, repository
from allocation.offers.domain import Offer, OfferState
from allocation.passings import handlers as passings
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists.steps import Step, Turn
from common.calendar import VIETNAM
from common.contracts.allocation import (
    BoothMoved,
    BoothOffered,
    BoothReleased,
)
from common.contracts.base import LocalText, Reason
from common.delivery.unit_of_work import UnitOfWork

PLACED_BY_RUN = "placed_by_run"
PLACED_BY_OVERRIDE = "placed_by_override"
NEXT_IN_LINE = "next_in_line"
REASONS = {
    PLACED_BY_RUN: ("Được xếp gian theo phương án đã công bố.", "Placed by the run that was released."),
    PLACED_BY_OVERRIDE: (
        "Được xếp gian theo ngoại lệ đã được hai người duyệt, nêu trong hồ sơ phương án.",
        "Placed by an override that two persons answer for; it is in the run's dossier.",
    ),
    "no_show": (
        "Gian còn trống vì chủ thể vắng mặt; mời nhận ngay trong ngày hội chợ.",
        "The booth is free since its holder did not come; it is yours for the days that are left.",
    ),
    "first_come": ("Được xếp gian theo thứ tự đăng ký.", "Placed in the order of arrival."),
    NEXT_IN_LINE: (
        "Đến lượt hồ sơ ở vị trí {position} của danh sách chờ.",
        "It is the turn of number {position} on the waiting list.",
    ),
    "asked_again": ("Lịch sự kiện thay đổi; đề nghị xác nhận lại.", "The dates have changed; please confirm again."),
}


@dataclass(frozen=True)
class Giving:
    """Booths to be offered to an application, and why.

    ``told`` is what its run's dossier says of it, ``turn`` how it came up from the line. ``points`` are those on which it
    has the place, where places go by points.
    """

    place: Place
    booth_codes: tuple[str, ...]
    reason_code: str
    run_id: UUID | None = None
    told: Told | None = None
    turn: Turn | None = None
    points: int | None = None


@dataclass(frozen=True)
class Moving:
    """A held place and the booths it moves to."""

    place: Place
    booth_codes: tuple[str, ...]


async def make_offers(
    uow: UnitOfWork, edition: Edition, givings: Sequence[Giving], *, reply_by_at: datetime | None = None
) -> None:
    """Offer places; each is held from now until its answer. The edition is locked by the caller.

    Where an offer is open already it is released, and made anew right after it.
    """
    rules = repository.rules_on(edition.first_on)
    opens_at = datetime.combine(edition.first_on, time(), VIETNAM)
    reply_by_at = reply_by_at or domain.reply_deadline(rules, uow.now, opens_at)
    offers: list[Offer] = []
    await _store_releases(uow, [each.place for each in givings if each.place.outcome is Outcome.OFFERED])
    for giving in givings:
        place = giving.place
        if place.outcome is Outcome.OFFERED:
            uow.emit(_released(place, giving.reason_code))
        offers.append(
            Offer(
                offer_id=uow.new_id(),
                edition_id=edition.edition_id,
                application_id=place.application_id,
                vendor_id=place.vendor_id,
                booth_codes=giving.booth_codes,
                reply_by_at=reply_by_at,
                state=OfferState.OPEN,
                made_at=uow.now,
                run_id=giving.run_id if giving.reason_code in (PLACED_BY_RUN, PLACED_BY_OVERRIDE) else None,
                points=giving.points,
            )
        )
        uow.emit(_offered(offers[-1], giving))
    held = [
        places.offer(giving.place, offer.offer_id, offer.booth_codes, reply_by_at, giving.run_id)
        for giving, offer in zip(givings, offers, strict=True)
    ]
    await repository.add_offers(uow.session, offers)
    await known_places.save_places(uow.session, held)


def _offered(offer: Offer, giving: Giving) -> BoothOffered:
    told = giving.told or Told(())
    return BoothOffered(
        edition_id=offer.edition_id,
        application_id=offer.application_id,
        vendor_id=offer.vendor_id,
        offer_id=offer.offer_id,
        booth_codes=offer.booth_codes,
        reply_by_at=offer.reply_by_at,
        run_id=giving.run_id,
        reasons=(_to_reason(giving), *told.reasons, *(passings.tell_ahead(giving.turn) if giving.turn else ())),
        draw_number=told.draw_number,
    )


def _to_reason(giving: Giving) -> Reason:
    vi, en = REASONS[giving.reason_code]
    data: dict[str, Any] = {} if giving.points is None else {"points": giving.points}
    if giving.turn is not None and giving.reason_code == NEXT_IN_LINE:
        data |= {"position": giving.turn.position, "passed": sum(giving.turn.passed.values())}
    return Reason(code=giving.reason_code, text=LocalText(vi=vi.format(**data), en=en.format(**data)), data=data)


async def release_places(uow: UnitOfWork, held: Sequence[Place], reason_code: str) -> None:
    """Take held places back, open offers or not; what the applications are from now on the caller stores."""
    await _store_releases(uow, held)
    for place in held:
        uow.emit(_released(place, reason_code))


async def move_places(uow: UnitOfWork, moves: Sequence[Moving], reason_code: str) -> None:
    """Move holders, all in one step, and tell each once; an open offer goes on for the new booths.

    The edition is locked by the caller, which has seen to it that the new booths are free or freed by these moves.
    """
    await repository.change_booths(
        uow.session,
        [(each.place.offer_id, each.booth_codes) for each in moves if each.place.outcome is Outcome.OFFERED],
    )
    await known_places.save_places(uow.session, [replace(each.place, booth_codes=each.booth_codes) for each in moves])
    for each in moves:
        uow.emit(
            BoothMoved(
                edition_id=each.place.edition_id,
                application_id=each.place.application_id,
                vendor_id=each.place.vendor_id,
                old_booth_codes=each.place.booth_codes,
                new_booth_codes=each.booth_codes,
                reason_code=reason_code,
                run_id=None,
            )
        )


async def _store_releases(uow: UnitOfWork, held: Sequence[Place]) -> None:
    """End the open offers of places."""
    offer_ids = [place.offer_id for place in held if place.offer_id is not None]
    if offer_ids:
        locked = await repository.lock_offers(uow.session, offer_ids)
        await repository.save_offers(uow.session, [domain.release(offer, uow.now) for offer in locked])


def _released(place: Place, reason_code: str) -> BoothReleased:
    return BoothReleased(
        edition_id=place.edition_id,
        application_id=place.application_id,
        vendor_id=place.vendor_id,
        booth_codes=place.booth_codes,
        reason_code=reason_code,
    )


async def offer_turns(
    uow: UnitOfWork,
    edition: Edition,
    step: Step,
    reason_code: str = NEXT_IN_LINE,
    *,
    reply_by_at: datetime | None = None,
) -> list[Giving]:
    """Offer those of the line whose turn it is their booths, and keep why others were passed over; return what was given."""
    is_by_points = edition.policy is Policy.OPTIMAL_AT_CLOSE
    givings = [
        Giving(turn.place, turn.booth_codes, reason_code, turn=turn, points=turn.points if is_by_points else None)
        for turn in step.turns
    ]
    if givings:
        await make_offers(uow, edition, givings, reply_by_at=reply_by_at)
        await passings.note_passed(uow, edition, step.passed)
    return givings


async def move_list_up(uow: UnitOfWork, edition: Edition, reason_code: str = NEXT_IN_LINE) -> set[UUID]:
    """Offer free booths to the next in line, as long as places are given; return who got one."""
    if not edition.gives_places or waiting_lists.why_none_are_offered(uow, edition):
        return set()
    givings = await offer_turns(uow, edition, await waiting_lists.choose_next(uow, edition), reason_code)
    return {giving.place.application_id for giving in givings}


async def offer_on_the_day(uow: UnitOfWork, edition: Edition) -> list[Giving]:
    """Offer free booths to the next in line while the fair is on, to be answered within hours; return what was given."""
    closes_at = datetime.combine(edition.last_on, time(), VIETNAM) + timedelta(days=1)
    reply_by_at = domain.day_deadline(repository.rules_on(edition.first_on), uow.now, closes_at)
    if not edition.gives_places or reply_by_at is None:
        return []
    return await offer_turns(
        uow, edition, await waiting_lists.choose_next(uow, edition), "no_show", reply_by_at=reply_by_at
    )
