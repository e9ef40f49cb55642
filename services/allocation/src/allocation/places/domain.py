"""The outcome of an accepted application: exactly one at any time."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    AWAITING = "awaiting"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RELEASED = "released"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


HOLDING = frozenset({Outcome.OFFERED, Outcome.CONFIRMED, Outcome.CHECKED_IN, Outcome.NO_SHOW})
TAKEN = HOLDING - {Outcome.OFFERED}
UNPLACED = frozenset({Outcome.AWAITING, Outcome.WAITLISTED})


@dataclass(frozen=True)
class Place:
    """Where an application stands; it holds booths only while its outcome is one of HOLDING.

    Attributes:
        standing: its claim among all of the edition, 1 the strongest: by run, or by arrival.
        waiting_rank: its place in the line, smallest first; None for who is not in it.
        former_booth_codes: what it held before it came to wait, to have it again if that is free.
    """

    application_id: UUID
    edition_id: UUID
    vendor_id: UUID
    outcome: Outcome = Outcome.AWAITING
    booth_codes: tuple[str, ...] = ()
    offer_id: UUID | None = None
    reply_by_at: datetime | None = None
    run_id: UUID | None = None
    standing: int | None = None
    waiting_rank: int | None = None
    former_booth_codes: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        return self.outcome in HOLDING

    @property
    def is_unplaced(self) -> bool:
        return self.outcome in UNPLACED


def offer(
    place: Place, offer_id: UUID, booth_codes: tuple[str, ...], reply_by_at: datetime, run_id: UUID | None
) -> Place:
    """Hold booths for an application until it answers."""
    return replace(
        place,
        outcome=Outcome.OFFERED,
        booth_codes=booth_codes,
        offer_id=offer_id,
        reply_by_at=reply_by_at,
        run_id=run_id,
        waiting_rank=None,
        former_booth_codes=(),
    )


def take(place: Place) -> Place:
    """The holder confirms."""
    return replace(place, outcome=Outcome.CONFIRMED, reply_by_at=None)


def give_back(place: Place, outcome: Outcome) -> Place:
    """End a place or a wait with an outcome that holds nothing."""
    return replace(place, outcome=outcome, booth_codes=(), reply_by_at=None, waiting_rank=None, former_booth_codes=())


def wait(place: Place, rank: int) -> Place:
    """Put an application on the waiting list; booths that it held until now it remembers."""
    return replace(
        give_back(place, Outcome.WAITLISTED),
        offer_id=None,
        waiting_rank=rank,
        standing=rank if place.standing is None else place.standing,
        former_booth_codes=place.booth_codes,
    )


def see(place: Place, *, present: bool) -> Place:
    """Note whether the holder was at its booth."""
    return replace(place, outcome=Outcome.CHECKED_IN if present else Outcome.NO_SHOW)


@dataclass(frozen=True)
class Placement:
    """A place with the holder's trade name, as lists show it; ``waitlist_position`` from 1."""

    place: Place
    trade_name: str
    waitlist_position: int | None
