"""Notices: whom one tells what, and where a notice stands."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

REMINDER = "offer_reminder"
INVITED = "nomination_invited"
INVITATION_REMINDER = "nomination_reminder"
DRAFT_SAVED = "draft_saved"
NOMINATED = "application_nominated"
EXPIRING = "certificate_expiring"


class NoticeState(StrEnum):
    WAITING_CONTACT = "waiting_contact"
    WAITING_EDITION = "waiting_edition"
    WAITING_APPLICATION = "waiting_application"
    DUE = "due"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


FINAL = frozenset({NoticeState.DELIVERED, NoticeState.FAILED, NoticeState.SUPPRESSED})


@dataclass(frozen=True)
class Recipient:
    """Who is told: a vendor by its id, an agency by its code, a draft's holder by the draft; None while not known."""

    kind: str
    recipient_id: str | None
    party_id: UUID | None


@dataclass(frozen=True)
class Intent:
    """What is to be told to whom, and about which event."""

    recipient: Recipient
    purpose: str
    about_id: UUID
    edition_id: UUID
    application_id: UUID | None
    facts: dict[str, Any]
    correlation_id: str


@dataclass(frozen=True)
class Notice:
    """A notice as it stands; ``attempts`` counts the tries, ``unknowns`` those whose outcome nobody knows."""

    notice_id: UUID
    edition_id: UUID
    application_id: UUID | None
    purpose: str
    about_id: UUID
    recipient: Recipient
    facts: dict[str, Any]
    correlation_id: str
    state: NoticeState
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    channel: str
    language: str
    attempts: int
    unknowns: int
    reason_code: str | None


def begin_attempt(notice: Notice, language: str) -> Notice:
    """One more try begins; until its result is stored its outcome is open."""
    return replace(notice, state=NoticeState.SENDING, attempts=notice.attempts + 1, language=language)


def undo_attempt(notice: Notice) -> Notice:
    """The try did not take place after all."""
    return replace(notice, state=NoticeState.DUE, attempts=notice.attempts - 1)


def wait_for(notice: Notice, state: NoticeState) -> Notice:
    """Something that the notice needs is not known yet; it is taken up again when it is."""
    return replace(notice, state=state)


def put_off(notice: Notice, until: datetime) -> Notice:
    return replace(notice, state=NoticeState.DUE, due_at=until)


def doubt(notice: Notice, until: datetime) -> Notice:
    """Nobody knows whether the channel took it; it is tried once more, recognisable as the same."""
    return replace(notice, state=NoticeState.UNKNOWN, unknowns=notice.unknowns + 1, due_at=until)


def deliver(notice: Notice, now: datetime) -> Notice:
    return replace(notice, state=NoticeState.DELIVERED, finished_at=now, reason_code=None)


def fail(notice: Notice, now: datetime, reason_code: str) -> Notice:
    return replace(notice, state=NoticeState.FAILED, finished_at=now, reason_code=reason_code)


def suppress(notice: Notice, now: datetime) -> Notice:
    """Consent or preference forbids it."""
    return replace(notice, state=NoticeState.SUPPRESSED, finished_at=now, reason_code="not_allowed")


@dataclass(frozen=True)
class QuietHours:
    """The hours of the local day in which nobody is written to, but for purposes that cannot wait."""

    begins: time
    ends: time
    zone: tzinfo
    exempt: frozenset[str]


def next_allowed(quiet: QuietHours, purpose: str, now: datetime) -> datetime:
    """Return ``now``, or the end of the quiet hours where ``now`` lies in them."""
    if purpose in quiet.exempt:
        return now
    local = now.astimezone(quiet.zone)
    wall = local.timetz().replace(tzinfo=None)
    if wall >= quiet.begins:
        day = local.date() + timedelta(days=1)
    elif wall < quiet.ends:
        day = local.date()
    else:
        return now
    return datetime.combine(day, quiet.ends, quiet.zone).astimezone(now.tzinfo)
