"""What a notice says, as values: all that a template or a translation may print."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from notifications.editions.domain import Booth, Edition, Paper, Words

OF_APPLICATION = frozenset(
    {
        "application_nominated",
        "application_returned",
        "application_rejected",
        "application_accepted",
        "application_waitlisted",
    }
)
"""What leads to the page of the application: there it is supplemented, appealed for, or looked up."""


WAITLISTED = "application_waitlisted"


@dataclass(frozen=True)
class Days:
    first: date
    last: date


@dataclass(frozen=True)
class QuotedPaper:
    """A paper with the name of its type."""

    name: Words
    paper: Paper


@dataclass(frozen=True)
class LapsedProduct:
    """A product with the last day of its certificate, where that is known."""

    name: str
    valid_to: date | None


@dataclass(frozen=True)
class Message:
    """All that a template may print; what is not known is None or empty.

    Attributes:
        languages: those of the mail, the reader's own first.
        papers: the papers behind it, the nearest first.
        move_in_on: the day on which booths are set up.
        is_asked_again: an offer is made anew for new dates.
        application_id, points, position, draw_number: as text where a form's blank stands for them.
        changes: what would have given a place, each enough alone.
        lapsed: products whose stars no longer count, which an acceptance is told again for; or whose certificates lapse soon.
        days_left: until the first of these is valid no more.
        renewed: products that count again or have a new certificate, which an acceptance is told again for.
        lapsing_papers: other mandatory papers that lapse before the event ends, which an acceptance is told again for.
    """

    purpose: str
    languages: tuple[str, ...]
    is_to_agency: bool
    recipient_name: str
    vendor_name: str | None
    application_id: UUID | str | None
    edition: Edition
    papers: tuple[QuotedPaper, ...]
    reasons: tuple[Words, ...]
    reason: Words | None
    booths: tuple[Booth, ...]
    old_booths: tuple[Booth, ...]
    reply_by_at: datetime | None
    offer_id: UUID | None
    booths_granted: int | None
    products: tuple[str, ...]
    revision: int
    points: int | str | None
    merits: tuple[Words, ...]
    position: int | str | None
    support_percent: int | None
    old_days: Days | None
    new_days: Days | None
    appeal_working_days: int
    move_in_on: date
    kit: tuple[Words, ...]
    terms: tuple[Words, ...]
    is_asked_again: bool
    invitation_id: UUID | None = None
    floor: int | None = None
    ceiling: int | None = None
    draft_id: UUID | None = None
    agency: Words | None = None
    changes: tuple[Words, ...] = ()
    draw_number: int | str | None = None
    lapsed: tuple[LapsedProduct, ...] = ()
    renewed: tuple[LapsedProduct, ...] = ()
    lapsing_papers: tuple[Words, ...] = ()
    days_left: int | None = None


@dataclass(frozen=True)
class Places:
    """Where a mail leads: who helps, the pages behind signed links, the plan of the street."""

    contact: str
    answer_link: Callable[[UUID, str], str]
    plan_link: Callable[[UUID], str]
    invitation_link: Callable[[UUID, str], str]
    draft_link: Callable[[UUID, UUID], str]
    application_link: Callable[[UUID | str], str]
    reasons_link: Callable[[UUID | str, str], str]


def link_of(message: Message, places: Places) -> str | None:
    """Return where the reader answers or goes on; None where there is nothing to do.

    The page of an application is its vendor's: whoever has the link may act for it, so no agency is given one.
    """
    if message.purpose in OF_APPLICATION:
        if message.application_id is None or message.is_to_agency:
            return None
        return places.application_link(message.application_id)
    if message.draft_id is not None:
        return places.draft_link(message.edition.edition_id, message.draft_id)
    if message.invitation_id is not None:
        return places.invitation_link(message.invitation_id, message.languages[0])
    return None if message.offer_id is None else places.answer_link(message.offer_id, message.languages[0])


def reasons_link_of(message: Message, places: Places) -> str | None:
    """Return where a vendor reads why a run gave it a place or none, and why others of the line came up before it.

    None where no run's reasons are told and nobody waits.
    """
    is_explained = message.draw_number is not None or message.purpose == WAITLISTED
    if not is_explained or message.application_id is None or message.is_to_agency:
        return None
    return places.reasons_link(message.application_id, message.languages[0])
