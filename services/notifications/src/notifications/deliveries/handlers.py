"""Takes notices up, hands out those that may be sent, and stores what came of each try.

Nothing here talks to the outside: a try is stored before it begins, made by the sender between two transactions, and
its result is stored after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from common.calendar import local_date
from common.contracts.notifications import (
    NoticeChannel,
    NoticeDelivered,
    NoticeEvent,
    NoticeFailed,
    NoticeOutcomeUnknown,
    Recipient,
    RecipientKind,
)
from common.unit_of_work import Origin, UnitOfWork
from notifications.contacts import repository as contacts
from notifications.contacts.domain import Contact, may_tell, order_of_languages
from notifications.deliveries import repository
from notifications.deliveries.domain import (
    ATTEMPT_STATES,
    Attempt,
    AttemptState,
    Outcome,
    Result,
    RetryPolicy,
    wait_after,
)
from notifications.editions import repository as editions
from notifications.editions.domain import Edition
from notifications.messages import handlers as messages
from notifications.messages.documents import Message
from notifications.notices import domain
from notifications.notices import handlers as notices
from notifications.notices import repository as stored
from notifications.notices.domain import FINAL, Notice, NoticeState, next_allowed
from notifications.notices.packs import notice_rules
from notifications.participations import repository as participations


@dataclass(frozen=True)
class Parcel:
    """A notice handed out to be sent: its try number, the address, what to say."""

    notice_id: UUID
    number: int
    address: str
    message: Message


@dataclass(frozen=True)
class Taken:
    """What one look at the open notices gave; ``found`` counts those that were not sent too."""

    found: int
    parcels: tuple[Parcel, ...]


async def take_notices(uow: UnitOfWork, policy: RetryPolicy, limit: int, lease: timedelta) -> Taken:
    """Take up open notices: set aside what cannot be sent now, begin a try of the rest and hand it out."""
    found, server_now = await repository.lock_claimable(uow.session, uow.now, limit)
    if not found:
        return Taken(0, ())
    lost = [notice for notice in found if notice.state is NoticeState.SENDING]
    await repository.mark_lost(uow.session, {notice.notice_id: notice.attempts for notice in lost}, uow.now)
    changed = [_settle(uow, notice, Result(Outcome.LOST), policy, 0.5) for notice in lost]
    addressed = await _address(uow, [notice for notice in found if notice.state is not NoticeState.SENDING])
    book = await contacts.list_contacts(
        uow.session, {notice.recipient.party_id for notice in addressed if notice.recipient.party_id is not None}
    )
    known = await editions.list_editions(uow.session, {notice.edition_id for notice in addressed})
    turned = [
        _turn(uow, notice, _contact_of(notice, book), is_edition_known=notice.edition_id in known)
        for notice in addressed
    ]
    await stored.save_notices(uow.session, [*changed, *turned], server_now + lease)
    return Taken(len(found), await _hand_out(uow, turned, book, known))


def _contact_of(notice: Notice, book: Mapping[UUID, Contact]) -> Contact | None:
    return None if notice.recipient.party_id is None else book.get(notice.recipient.party_id)


async def _address(uow: UnitOfWork, found: Sequence[Notice]) -> list[Notice]:
    """Name the agencies of notices that waited for their application; those that nobody nominated go to nobody."""
    unaddressed = [notice for notice in found if notice.recipient.recipient_id is None]
    applications = await participations.list_participations(
        uow.session, {notice.application_id for notice in unaddressed if notice.application_id is not None}
    )
    codes = {one.application_id: one.nominating_agency_code for one in applications.values()}
    addressed: list[Notice] = []
    for notice in found:
        code = None if notice.application_id is None else codes.get(notice.application_id)
        if notice.recipient.recipient_id is not None:
            addressed.append(notice)
        elif code is not None:
            addressed.append(replace(notice, recipient=notices.to_agency(code)))
    kept = {notice.notice_id for notice in addressed}
    await repository.remove_notices(uow.session, [one.notice_id for one in found if one.notice_id not in kept])
    return addressed


def _turn(uow: UnitOfWork, notice: Notice, contact: Contact | None, *, is_edition_known: bool) -> Notice:
    """Decide what becomes of a notice whose turn it is."""
    if contact is None:
        return domain.wait_for(notice, NoticeState.WAITING_CONTACT)
    if not is_edition_known:
        return domain.wait_for(notice, NoticeState.WAITING_EDITION)
    if not may_tell(contact, notice.purpose):
        suppressed = domain.suppress(notice, uow.now)
        _tell_failed(uow, suppressed)
        return suppressed
    if contact.email is None:
        failed = domain.fail(notice, uow.now, "no_address")
        _tell_failed(uow, failed)
        return failed
    allowed_at = next_allowed(notice_rules(local_date(uow.now)).quiet, notice.purpose, uow.now)
    if allowed_at > uow.now:
        return domain.put_off(notice, allowed_at)
    return domain.begin_attempt(notice, order_of_languages(contact.language)[0])


async def _hand_out(
    uow: UnitOfWork, turned: Sequence[Notice], book: Mapping[UUID, Contact], known: Mapping[UUID, Edition]
) -> tuple[Parcel, ...]:
    begun = [notice for notice in turned if notice.state is NoticeState.SENDING]
    attempts = [Attempt(one.notice_id, one.attempts, AttemptState.SENDING, uow.now) for one in begun]
    await repository.add_attempts(uow.session, attempts)
    texts = await messages.gather(uow, begun, book, known)
    parcels: list[Parcel] = []
    for notice in begun:
        contact = _contact_of(notice, book)
        if contact is not None and contact.email is not None:
            parcels.append(Parcel(notice.notice_id, notice.attempts, contact.email, texts[notice.notice_id]))
    return tuple(parcels)


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
        settled = _settle(uow, notice, result, policy, chance) if _counts(notice, number, result) else notice
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


def _settle(uow: UnitOfWork, notice: Notice, result: Result, policy: RetryPolicy, chance: float) -> Notice:
    """Return where a notice stands after a try, and tell it."""
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
    _tell_failed(uow, failed)
    return failed


def _tell_failed(uow: UnitOfWork, notice: Notice) -> None:
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


async def count_open(uow: UnitOfWork) -> int:
    """Return how many notices are being sent or could be now."""
    return await repository.count_claimable(uow.session, uow.now)


async def find_next_due(uow: UnitOfWork) -> datetime | None:
    """Return when the next notice that was put off is due."""
    return await repository.find_next_due(uow.session, uow.now)
