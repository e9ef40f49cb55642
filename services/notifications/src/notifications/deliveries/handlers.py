"""Stores what came of each try to deliver a notice, and tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from common.contracts.notifications import (
    NoticeChannel,
    NoticeDelivered,
    NoticeEvent,
    NoticeFailed,
    NoticeOutcomeUnknown,
    Recipient,
    RecipientKind,
)
from common.delivery.unit_of_work import Origin, UnitOfWork
from notifications.deliveries import repository
from notifications.deliveries.domain import (
    ATTEMPT_STATES,
    Attempt,
    Outcome,
    Result,
    RetryPolicy,
    wait_after,
)
from notifications.messages.domain import Message
from notifications.notices import domain
from notifications.notices import repository as stored
from notifications.notices.domain import FINAL, Notice, NoticeState


@dataclass(frozen=True)
class Parcel:
    """A notice handed out to be sent: its try number, the address, what to say."""

    notice_id: UUID
    number: int
    address: str
    message: Message


@dataclass(frozen=True)
class Report:
    """What came of a parcel; ``content_sha256`` proves what was written."""

    parcel: Parcel
    result: Result
    content_sha256: str | None = None


async def record_results(
    uow: UnitOfWork, reports: Sequence[Report], policy: RetryPolicy, chances: Sequence[float]
) -> None:
    """Store what came of tries, and tell it; ``chances`` from 0 to 1 spread the next ones.

    A result may come after the lease ran out and the notice was taken up anew: that it was sent counts even then.
    """
    now = uow.now
    held = await repository.lock_notices(uow.session, [report.parcel.notice_id for report in reports])
    changed: list[Notice] = []
    ended: list[Attempt] = []
    undone: dict[UUID, int] = {}
    for report, chance in zip(reports, chances, strict=True):
        notice, result, number = held[report.parcel.notice_id], report.result, report.parcel.number
        if result.outcome is Outcome.NOT_TRIED:
            if notice.state is NoticeState.SENDING and notice.attempts == number:
                undone[notice.notice_id] = number
                changed.append(domain.undo_attempt(notice))
            continue
        ended.append(_ended(report, now))
        settled = settle(uow, notice, result, policy, chance) if _counts(notice, number, result) else notice
        if settled is not notice:
            changed.append(settled)
    await repository.save_attempts(uow.session, ended)
    await repository.remove_attempts(uow.session, undone)
    await stored.save_notices(uow.session, changed)


def _counts(notice: Notice, number: int, result: Result) -> bool:
    """Whether a result still changes the notice."""
    if notice.state in FINAL:
        return False
    if result.outcome is Outcome.SENT:
        return True
    return notice.state is NoticeState.SENDING and notice.attempts == number


def _ended(report: Report, now: datetime) -> Attempt:
    return Attempt(
        notice_id=report.parcel.notice_id,
        number=report.parcel.number,
        state=ATTEMPT_STATES[report.result.outcome],
        started_at=now,  # not stored: it stands since the try began
        ended_at=now,
        reply_code=report.result.reply_code,
        content_sha256=report.content_sha256,
    )


def settle(uow: UnitOfWork, notice: Notice, result: Result, policy: RetryPolicy, chance: float) -> Notice:
    """Return where a notice stands after a try, and tell it; ``chance`` from 0 to 1 spreads the next one."""
    match result.outcome:
        case Outcome.SENT:
            delivered = domain.deliver(notice, uow.now)
            _tell(uow, delivered, NoticeDelivered)
            return delivered
        case Outcome.LOST if notice.unknowns < policy.doubts:
            doubted = domain.doubt(notice, uow.now + policy.doubt)
            _tell(uow, doubted, NoticeOutcomeUnknown)
            return doubted
        case Outcome.LOST:
            failed = domain.fail(notice, uow.now, "outcome_unknown")
        case Outcome.TEMPORARY:
            wait = wait_after(policy, notice.attempts, chance)
            if wait is not None:
                return domain.put_off(notice, uow.now + wait)
            failed = domain.fail(notice, uow.now, "attempts_exhausted")
        case _:
            failed = domain.fail(notice, uow.now, result.reason_code or "refused")
    tell_failed(uow, failed)
    return failed


def tell_failed(uow: UnitOfWork, notice: Notice) -> None:
    """Tell that a notice has failed for good, or that nobody may be told."""
    _tell(uow, notice, NoticeFailed, reason_code=notice.reason_code or "refused")


def _tell(uow: UnitOfWork, notice: Notice, kind: type[NoticeEvent], **more: str) -> None:
    """Tell what became of a notice, as a part of the story that it tells of."""
    event = kind.model_validate(
        {
            "notice_id": notice.notice_id,
            "edition_id": notice.edition_id,
            "purpose": notice.purpose,
            "about_id": notice.about_id,
            "recipient": Recipient(kind=RecipientKind(notice.recipient.kind), id=notice.recipient.recipient_id or ""),
            "channel": NoticeChannel.EMAIL,
            "language": notice.language,
            "attempt": notice.attempts,
            **more,
        }
    )
    replace(uow, origin=Origin(notice.correlation_id, str(notice.about_id))).emit(event)


async def keep_hold(uow: UnitOfWork, parcels: Sequence[Parcel], lease: timedelta) -> None:
    """Hold on to parcels that are still to be sent."""
    numbers = {parcel.notice_id: parcel.number for parcel in parcels}
    await repository.extend_leases(uow.session, numbers, lease.total_seconds())
