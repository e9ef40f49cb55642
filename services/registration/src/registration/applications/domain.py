"""An application's states, and what may happen to it when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from common.calendar import VIETNAM, is_working_day, last_working, local_date, next_working
from common.errors import DomainError


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


S = ApplicationState
NEXT: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.UNDER_REVIEW, S.WITHDRAWN}),
    S.UNDER_REVIEW: frozenset({S.ACCEPTED, S.REJECTED, S.RETURNED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.SUBMITTED, S.REJECTED, S.WITHDRAWN}),
    S.REJECTED: frozenset({S.UNDER_REVIEW}),
    S.ACCEPTED: frozenset({S.REVOKED, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
    S.REVOKED: frozenset({S.UNDER_REVIEW}),
}
STATE_NAMES: Mapping[ApplicationState, tuple[str, str]] = {  # Vietnamese, English
    S.DRAFT: ("bản nháp", "a draft"),
    S.SUBMITTED: ("đã nộp", "submitted"),
    S.UNDER_REVIEW: ("đang xét duyệt", "under review"),
    S.RETURNED: ("đã trả lại để bổ sung", "returned for supplement"),
    S.ACCEPTED: ("được chấp nhận", "accepted"),
    S.REJECTED: ("bị từ chối", "rejected"),
    S.WITHDRAWN: ("đã rút", "withdrawn"),
    S.REVOKED: ("bị thu hồi chấp nhận", "revoked"),
}
BARRING = frozenset({"violation"})
"""Who lost a certificate, or is out by another decision of the organiser, has violated nothing."""
OPEN_STATES = (S.SUBMITTED, S.UNDER_REVIEW, S.RETURNED)


class ApplicationStateError(DomainError):
    """The application's state does not allow what is asked."""

    code = "application_state"

    def __init__(self, state: ApplicationState, wanted: ApplicationState) -> None:
        super().__init__(
            f"Hồ sơ ở trạng thái “{STATE_NAMES[state][0]}”, không chuyển được sang “{STATE_NAMES[wanted][0]}”.",
            f"The application is {STATE_NAMES[state][1]}; it cannot become {STATE_NAMES[wanted][1]}.",
            state=state,
            wanted=wanted,
        )


class ReplyLateError(DomainError):
    """The date by which the dossier was to be supplemented has passed."""

    code = "reply_late"


class AppealRefusedError(DomainError):
    """There is one appeal, within its days."""

    code = "appeal_refused"


@dataclass(frozen=True, kw_only=True)
class Application:
    """An application; ``revision`` counts dossiers handed in, 0 for a draft never submitted.

    ``submitted_at`` is when the first one came in: a supplement that was asked for costs nobody what coming early gave.
    """

    application_id: UUID
    edition_id: UUID
    vendor_id: UUID
    channel: str
    nominating_agency_code: str | None = None
    nominating_province_code: str | None = None
    nomination_id: UUID | None = None
    rank: int | None = None
    state: ApplicationState = S.DRAFT
    revision: int = 0
    submitted_at: datetime | None = None
    reply_by_at: datetime | None = None
    decided_at: datetime | None = None
    has_appealed: bool = False
    reason_codes: tuple[str, ...] = ()
    override_reason: str | None = None

    @property
    def is_nominated(self) -> bool:
        return self.nomination_id is not None

    @property
    def dossier_revision(self) -> int:
        """The revision that a supplement is stored under: the next one, while there is one to hand in."""
        return self.revision + 1 if self.state in (S.DRAFT, S.RETURNED) else self.revision


def move(application: Application, state: ApplicationState) -> Application:
    """Return the application in another state; raises ApplicationStateError outside the allowed ways."""
    if state not in NEXT[application.state]:
        raise ApplicationStateError(application.state, state)
    return replace(application, state=state)


def submit(application: Application, now: datetime, *, is_suspended: bool = False) -> Application:
    """Hand in the dossier, also anew after a return, unless its date has passed; raises ReplyLateError."""
    submitted = move(application, S.SUBMITTED)
    late = application.reply_by_at is not None and now > application.reply_by_at and not is_suspended
    if late and application.reply_by_at is not None:
        until = application.reply_by_at.astimezone(VIETNAM)
        raise ReplyLateError(
            f"Hạn bổ sung hồ sơ là {until:%H:%M} ngày {until:%d/%m/%Y} (giờ Việt Nam).",
            f"The date for the supplement, {until:%H:%M} on {until:%d/%m/%Y} (Vietnam time), has passed.",
            reply_by_at=application.reply_by_at.isoformat(),
        )
    first = application.submitted_at or now
    return replace(submitted, revision=application.revision + 1, submitted_at=first, reply_by_at=None, reason_codes=())


def begin_review(application: Application) -> Application:
    """Return the application under review; one that is stays as it is.

    A refused one comes there by an appeal alone, one that was taken back by ``reopen``.
    """
    if application.state in (S.REJECTED, S.REVOKED):
        raise ApplicationStateError(application.state, S.UNDER_REVIEW)
    return application if application.state is S.UNDER_REVIEW else move(application, S.UNDER_REVIEW)


def accept(application: Application, now: datetime, override_reason: str | None) -> Application:
    return replace(
        move(begin_review(application), S.ACCEPTED), decided_at=now, override_reason=override_reason, reason_codes=()
    )


def send_back(
    application: Application, now: datetime, reason_codes: tuple[str, ...], reply_by_at: datetime
) -> Application:
    """Ask for a supplement until a date."""
    returned = move(begin_review(application), S.RETURNED)
    return replace(returned, decided_at=now, reason_codes=reason_codes, reply_by_at=reply_by_at)


def reject(application: Application, now: datetime, reason_codes: tuple[str, ...]) -> Application:
    return replace(
        move(begin_review(application), S.REJECTED), decided_at=now, reason_codes=reason_codes, reply_by_at=None
    )


def reject_unanswered(application: Application, now: datetime, reason_codes: tuple[str, ...]) -> Application:
    """Reject a returned application whose date has passed."""
    return replace(move(application, S.REJECTED), decided_at=now, reason_codes=reason_codes, reply_by_at=None)


def appeal(application: Application, now: datetime, working_days: int, paused: timedelta = timedelta()) -> Application:
    """Take a rejected application under review again, once, within so many working days of the rejection.

    Not counted is for how long dates stood still since.
    """
    if application.state is not S.REJECTED:
        raise ApplicationStateError(application.state, S.UNDER_REVIEW)
    under_review = move(application, S.UNDER_REVIEW)
    last = appeal_until(application, working_days, paused)
    if last is None or now > last:
        raise AppealRefusedError(
            f"Chỉ được khiếu nại một lần, trong {working_days} ngày làm việc.",
            f"There is one appeal, within {working_days} working days.",
        )
    return replace(under_review, has_appealed=True, reason_codes=())


def appeal_until(application: Application, working_days: int, paused: timedelta = timedelta()) -> datetime | None:
    """Return until when a rejected application may be appealed for; None where it may not, or not again."""
    if application.state is not S.REJECTED or application.has_appealed or application.decided_at is None:
        return None
    return next_working(add_working_days(application.decided_at, working_days) + paused)


def withdraw(application: Application, now: datetime, reason_code: str) -> Application:
    return replace(move(application, S.WITHDRAWN), decided_at=now, reason_codes=(reason_code,), reply_by_at=None)


def revoke(application: Application, now: datetime, reason_codes: tuple[str, ...]) -> Application:
    return replace(move(application, S.REVOKED), decided_at=now, reason_codes=reason_codes)


def reopen(application: Application) -> Application:
    """Put an application under review again whose acceptance ended by what turned out a mistake."""
    if application.state is not S.REVOKED:
        raise ApplicationStateError(application.state, S.UNDER_REVIEW)
    return replace(move(application, S.UNDER_REVIEW), reason_codes=())


def bars(reason_codes: Collection[str]) -> bool:
    """Tell whether an acceptance taken back for these reasons keeps the vendor from the next edition (R18)."""
    return bool(BARRING & set(reason_codes))


def check_supplement(application: Application) -> None:
    """Raise ApplicationStateError unless the dossier may be changed now."""
    if application.state not in (S.DRAFT, S.RETURNED):
        raise ApplicationStateError(application.state, S.DRAFT)


def add_working_days(start: datetime, days: int) -> datetime:
    """Return the same time of day so many working days later, days as Hanoi counts them."""
    moment = start
    while days:
        moment += timedelta(days=1)
        days -= is_working_day(local_date(moment))
    return moment


def default_reply_by(now: datetime, first_on: date, working_days: int, last_days_before: int) -> datetime:
    """Return the usual date of a supplement: in working days, but none later than so long before the first day."""
    usual = add_working_days(now, working_days)
    last = last_working(first_on - timedelta(days=last_days_before))
    days_over = (local_date(usual) - last).days
    return max(day_from(now, first_on), usual - timedelta(days=max(0, days_over)))


def day_from(now: datetime, first_on: date) -> datetime:
    """Return a working day from now, the least that somebody is given; a day from now where the fair begins before."""
    later = next_working(now + timedelta(days=1))
    return later if local_date(later) < first_on else now + timedelta(days=1)


def move_reply_by(application: Application, since: datetime, until: datetime) -> Application:
    """Give a returned application the time back in which dates stood still since it was returned, to a working day."""
    began = max(since, application.decided_at or since)
    if application.reply_by_at is None or began >= until:
        return application
    return replace(application, reply_by_at=next_working(application.reply_by_at + (until - began)))
