"""An edition of the fair: its states and dates, and what may be done to it when."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from common.calendar import VIETNAM, local_date
from common.errors import DomainError, FieldProblem
from registration.editions.endings import check_running
from registration.editions.states import AFTER_INTAKE, ASIDE, ROAD, STATE_NAMES, Act, EditionState, EditionStateError

LONGEST_EDITION_DAYS = 60


class RegistrationLateError(DomainError):
    """R19: the registration of the edition is over."""

    code = "late"


class RegistrationNotOpenError(DomainError):
    """The edition does not take applications yet, or not now."""

    code = "registration_not_open"


class EditionNotDueError(DomainError):
    """The time of the act has not come: the opening of the registration, or the first day."""

    code = "edition_not_due"


@dataclass(frozen=True)
class Days:
    """A period of days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Text:
    vi: str
    en: str | None = None


@dataclass(frozen=True)
class QuotaBounds:
    """Bounds on the booths of one group; None is no bound."""

    dimension: str
    code: str
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition as it stands; ``resume_to`` is where a suspended one goes back to."""

    edition_id: UUID
    code: str
    name: Text
    theme_region: str
    theme_province_codes: tuple[str, ...] | None
    province_register: str
    venue_name: Text
    venue_province_code: str
    planned: Days
    official_days: int
    booth_target: int
    opens_at: datetime
    closes_at: datetime
    host_agency_codes: tuple[str, ...]
    executing_agency_codes: tuple[str, ...]
    allocation_policy: str
    quotas: tuple[QuotaBounds, ...]
    state: EditionState = EditionState.PLANNED
    resume_to: EditionState | None = None
    suspended_at: datetime | None = None
    schedule_version: int = 1
    actual: Days | None = None

    def quota_of_province(self, province_code: str | None) -> QuotaBounds | None:
        """Return the bounds on the booths of a province; None where there are none."""
        wanted = ("province", province_code)
        return next((quota for quota in self.quotas if (quota.dimension, quota.code) == wanted), None)


def check_act(edition: Edition, act: Act) -> None:
    """Raise EditionStateError unless the act may happen now."""
    allowed = (ROAD[act][0],) if act in ROAD else ASIDE[act]
    if edition.state not in allowed:
        raise EditionStateError(act, edition.state)


def advance(edition: Edition, act: Act) -> Edition:
    """Return the edition one step further on its road."""
    check_act(edition, act)
    return replace(edition, state=ROAD[act][1])


def suspend(edition: Edition, now: datetime) -> Edition:
    """Return the edition without a date; it remembers where it was."""
    check_act(edition, Act.SUSPEND)
    resume_to = EditionState.READY if edition.state is EditionState.LIVE else edition.state
    return replace(edition, state=EditionState.SUSPENDED, resume_to=resume_to, suspended_at=now)


def reschedule(edition: Edition, new: Days) -> Edition:
    """Return the edition on new dates, back where it was suspended."""
    check_act(edition, Act.RESCHEDULE)
    state = edition.resume_to if edition.state is EditionState.SUSPENDED and edition.resume_to else edition.state
    return replace(
        edition,
        state=state,
        resume_to=None,
        suspended_at=None,
        planned=new,
        schedule_version=edition.schedule_version + 1,
    )


def is_held_on(edition: Edition, days: Days) -> bool:
    """Tell whether an edition may get new dates and is on these already; a suspended one is on none."""
    check_act(edition, Act.RESCHEDULE)
    return edition.state is not EditionState.SUSPENDED and edition.planned == days


def stood_still(acts: Iterable[tuple[str, datetime]], since: datetime, until: datetime) -> timedelta:
    """Return for how long dates stood still between two moments: from each suspension until what ended it.

    ``acts`` are all acts of an edition with their times, in order.
    """
    total, began = timedelta(), None
    for act, at in (*acts, (Act.RESCHEDULE, until)):
        if act == Act.SUSPEND:
            began = at
        elif began is not None and act in (Act.RESCHEDULE, Act.CANCEL):
            total += max(timedelta(), min(at, until) - max(began, since))
            began = None
    return total


def cancel(edition: Edition) -> Edition:
    check_act(edition, Act.CANCEL)
    return replace(edition, state=EditionState.CANCELLED, resume_to=None, suspended_at=None)


def change_capacity(edition: Edition, booth_target: int) -> Edition:
    check_act(edition, Act.CHANGE_CAPACITY)
    return replace(edition, booth_target=booth_target)


def open_registration(edition: Edition, now: datetime) -> Edition:
    """Return the edition taking applications; raises EditionNotDueError before the time that was announced."""
    opened = advance(edition, Act.OPEN)
    if now < edition.opens_at:
        at = edition.opens_at.astimezone(VIETNAM)
        raise EditionNotDueError(
            f"Đăng ký mở từ {at:%H:%M} ngày {at:%d/%m/%Y}, như đã thông báo.",
            f"The registration opens at {at:%H:%M} on {at:%Y-%m-%d}, as was announced.",
            opens_at=edition.opens_at.isoformat(),
        )
    return opened


def reopen(edition: Edition, closes_at: datetime) -> Edition:
    """Return the edition with its registration open again until ``closes_at``."""
    return replace(advance(edition, Act.REOPEN), closes_at=closes_at)


def start(edition: Edition, today: date) -> Edition:
    """Return the edition live; raises EditionNotDueError before its first day."""
    started = advance(edition, Act.START)
    if today < edition.planned.first:
        raise EditionNotDueError(
            f"Ngày đầu của kỳ sự kiện là {edition.planned.first:%d/%m/%Y}.",
            f"The edition begins on {edition.planned.first.isoformat()}.",
            first_on=edition.planned.first.isoformat(),
        )
    return started


def end(edition: Edition, actual: Days | None, today: date) -> Edition:
    """Return the edition over; without ``actual`` the planned days as far as they have come."""
    held = actual or Days(edition.planned.first, max(edition.planned.first, min(edition.planned.last, today)))
    return replace(advance(edition, Act.END), actual=held)


def check_intake(edition: Edition, now: datetime, states: Collection[EditionState]) -> None:
    """Raise unless dossiers are taken now: EditionOverError, RegistrationNotOpenError, RegistrationLateError (R19)."""
    check_running(edition.state)
    if now > edition.closes_at or edition.state in AFTER_INTAKE:
        raise RegistrationLateError(
            "R19: Quá hạn đăng ký.", "R19: The registration is over.", closes_at=edition.closes_at.isoformat()
        )
    if edition.state not in states:
        vi, en = STATE_NAMES[edition.state]
        raise RegistrationNotOpenError(
            f"Kỳ sự kiện {vi}: lúc này chưa nhận hồ sơ.",
            f"The edition is {en}: no application is taken now.",
            state=edition.state,
            opens_at=edition.opens_at.isoformat(),
        )


def check_days(days: Days, field: str) -> Iterator[FieldProblem]:
    """Check a period of fair days."""
    if not 0 <= (days.last - days.first).days < LONGEST_EDITION_DAYS:
        yield FieldProblem(
            f"{field}.to",
            "period_invalid",
            f"Từ 1 đến {LONGEST_EDITION_DAYS} ngày, ngày cuối không trước ngày đầu.",
            f"1 to {LONGEST_EDITION_DAYS} days; the last is not before the first.",
        )


def check_plan(edition: Edition) -> Iterator[FieldProblem]:
    """Check the dates of a new edition."""
    yield from check_days(edition.planned, "planned")
    days = (edition.planned.last - edition.planned.first).days + 1
    if edition.official_days > days > 0:
        yield FieldProblem(
            "official_days",
            "more_than_planned",
            f"{edition.official_days} ngày chính thức, nhưng thời gian dự kiến chỉ có {days} ngày.",
            f"{edition.official_days} official days, but only {days} are planned.",
        )
    if edition.closes_at <= edition.opens_at:
        yield FieldProblem(
            "registration.closes_at",
            "ends_before_it_begins",
            "Hạn đăng ký phải ở sau ngày mở.",
            "Registration closes after it opens.",
        )
    if local_date(edition.closes_at) > edition.planned.first:
        yield FieldProblem(
            "registration.closes_at",
            "closes_after_the_first_day",
            "Đăng ký phải đóng trước ngày đầu.",
            "Registration closes before the first day.",
        )
