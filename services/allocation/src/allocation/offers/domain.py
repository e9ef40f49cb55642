"""An offer's life: open until it is confirmed, declined, expired or released."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from common.errors import ConflictError, ForbiddenError


class OfferState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    RELEASED = "released"


STATE_TEXTS = {
    OfferState.OPEN: ("đang chờ trả lời", "open"),
    OfferState.CONFIRMED: ("đã xác nhận", "confirmed"),
    OfferState.DECLINED: ("đã từ chối", "declined"),
    OfferState.EXPIRED: ("đã hết hạn", "expired"),
    OfferState.RELEASED: ("đã được thu hồi hoặc thay bằng đề nghị mới", "released or replaced by a new offer"),
}


@dataclass(frozen=True)
class OfferRules:
    """How long an offer waits: hours, fewer from ``late_from_days`` before the first day; see packs/offer_rules.

    On a fair day a no-show's booth may be offered after ``no_show_grace_hours``, to be answered in ``day_reply_hours``.
    """

    version: str
    valid_from: date
    reply_hours: int
    late_reply_hours: int
    late_from_days: int
    last_offer_days: int
    no_show_grace_hours: int = 2
    day_reply_hours: int = 2


@dataclass(frozen=True)
class Offer:
    """Booths offered to an application; ``reply_by_at`` is the last moment at which an answer counts.

    ``run_id`` is the run whose release made the offer; None where it was made again or to the next in line. ``points`` are
    those on which the place was given, also where it is offered again; None where that is not known.
    """

    offer_id: UUID
    edition_id: UUID
    application_id: UUID
    vendor_id: UUID
    booth_codes: tuple[str, ...]
    reply_by_at: datetime
    state: OfferState
    made_at: datetime
    answered_at: datetime | None = None
    run_id: UUID | None = None
    points: int | None = None


class OfferExpiredError(ConflictError):
    """The answer comes after the deadline."""

    code = "offer_expired"

    def __init__(self, reply_by_at: datetime) -> None:
        super().__init__(
            "Đề nghị xếp gian hàng đã quá hạn trả lời; gian hàng được chuyển cho hồ sơ tiếp theo.",
            "The time to answer this offer is over; the place goes to the next in line.",
            reply_by_at=reply_by_at.isoformat(),
        )


class OfferClosedError(ConflictError):
    """The offer has another answer already, or was taken back."""

    code = "offer_closed"

    def __init__(self, state: OfferState) -> None:
        vi, en = STATE_TEXTS[state]
        super().__init__(
            f"Đề nghị này {vi}, không trả lời khác được nữa.",
            f"This offer is {en}; it takes no other answer.",
            state=str(state),
        )


class NotYourOfferError(ForbiddenError):
    """The offer belongs to another vendor."""

    code = "offer_of_another_vendor"

    def __init__(self) -> None:
        super().__init__("Đề nghị này gửi cho chủ thể khác.", "This offer was made to another vendor.")


def reply_deadline(rules: OfferRules, now: datetime, opens_at: datetime) -> datetime:
    """Return until when an offer made now may be answered: not beyond the first day's beginning, if that is ahead.

    Args:
        rules: those in force for the edition.
        now: the moment of the offer.
        opens_at: the first day's beginning.
    """
    is_late = now >= opens_at - timedelta(days=rules.late_from_days)
    deadline = now + timedelta(hours=rules.late_reply_hours if is_late else rules.reply_hours)
    return min(deadline, opens_at) if now < opens_at else deadline


def day_deadline(rules: OfferRules, now: datetime, closes_at: datetime) -> datetime | None:
    """Return until when an offer made on a fair day may be answered; None where the fair closes before."""
    deadline = now + timedelta(hours=rules.day_reply_hours)
    return deadline if deadline <= closes_at else None


def may_offer(rules: OfferRules, today: date, first_on: date) -> bool:
    """Tell whether a free booth may still go to the next in line."""
    return today <= first_on - timedelta(days=rules.last_offer_days)


def confirm(offer: Offer, now: datetime, *, is_stopped: bool) -> Offer:
    """Return the offer confirmed; a second click changes nothing. While deadlines are stopped no answer is late."""
    return _answer(offer, OfferState.CONFIRMED, now, is_stopped=is_stopped)


def decline(offer: Offer, now: datetime, *, is_stopped: bool) -> Offer:
    """Return the offer declined; a second click changes nothing."""
    return _answer(offer, OfferState.DECLINED, now, is_stopped=is_stopped)


def _answer(offer: Offer, answer: OfferState, now: datetime, *, is_stopped: bool) -> Offer:
    if offer.state is answer:
        return offer
    is_late = now > offer.reply_by_at and not is_stopped
    if offer.state is OfferState.EXPIRED or (offer.state is OfferState.OPEN and is_late):
        raise OfferExpiredError(offer.reply_by_at)
    if offer.state is not OfferState.OPEN:
        raise OfferClosedError(offer.state)
    return replace(offer, state=answer, answered_at=now)


def expire(offer: Offer, now: datetime, *, is_stopped: bool) -> Offer:
    """Return the offer expired if its time is over and its deadline runs."""
    if offer.state is not OfferState.OPEN or now < offer.reply_by_at or is_stopped:
        return offer
    return replace(offer, state=OfferState.EXPIRED, answered_at=now)


def release(offer: Offer, now: datetime) -> Offer:
    """Return an open offer taken back; one that is not open stays."""
    return replace(offer, state=OfferState.RELEASED, answered_at=now) if offer.state is OfferState.OPEN else offer


def require_vendor(offer: Offer, vendor_id: UUID | None) -> None:
    """Raise NotYourOfferError unless the offer was made to this vendor."""
    if offer.vendor_id != vendor_id:
        raise NotYourOfferError


@dataclass(frozen=True)
class OfferPage:
    """What the page behind the link shows beside the offer; ``zones`` are names, Vietnamese and English."""

    offer: Offer
    trade_name: str
    edition_vi: str
    edition_en: str
    venue_vi: str
    venue_en: str
    first_on: date
    last_on: date
    zones: tuple[tuple[str, str], ...]
    is_suspended: bool
    is_cancelled: bool
