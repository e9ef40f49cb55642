"""Folds back what became of notices, so that nobody is told a second time of what it was told already.

A notice is known by its recipient, purpose and event. One that the database does not know at all is put in its place, ended:
when the event that it tells of is read again, it is there already. What it said is in no event, and nobody asks any more.
"""

from uuid import UUID

from common.contracts.base import agency_party_id
from common.contracts.notifications import (
    NoticeDelivered,
    NoticeEvent,
    NoticeFailed,
    NoticeOutcomeUnknown,
    RecipientKind,
)
from common.delivery.settling import NOTHING, REAPPLIED, How, Settled, later_types, told_at
from common.delivery.unit_of_work import UnitOfWork
from notifications.deliveries import repository as deliveries
from notifications.deliveries.domain import RetryPolicy
from notifications.notice_recalls import domain, repository
from notifications.notices import repository as notices
from notifications.notices.domain import FINAL, Notice, NoticeState, Recipient

NOT_ALLOWED = "not_allowed"
UNKNOWN = "outcome_unknown"
NOT_SENT_AGAIN = Settled(
    How.VOIDED,
    "Không rõ thư đã đến chưa và nội dung không còn, nên không gửi lại; hãy hỏi người nhận.",
    "Nobody knows whether the mail arrived, and what it said is lost, so it is not sent again; ask the recipient.",
)


async def recall_delivery(uow: UnitOfWork, event: NoticeDelivered) -> Settled:
    """Let the notice be delivered."""
    return await _end(uow, event, NoticeState.DELIVERED, None)


async def recall_failure(uow: UnitOfWork, event: NoticeFailed) -> Settled:
    """Let the notice have failed, or let nobody be told where that is why."""
    state = NoticeState.SUPPRESSED if event.reason_code == NOT_ALLOWED else NoticeState.FAILED
    return await _end(uow, event, state, event.reason_code)


async def recall_doubt(uow: UnitOfWork, event: NoticeOutcomeUnknown) -> Settled:
    """Let a known notice be sent once more, recognisable as the same; one that is not known is given up, and that is told."""
    if await later_types(uow):
        return NOTHING  # what became of it in the end was told behind this
    known = await _find(uow, event)
    if known is not None:
        if known.state in FINAL:
            return NOTHING
        doubted = domain.doubted(known, event.attempt, told_at(uow) + RetryPolicy().doubt)
        await notices.save_notices(uow.session, [doubted])
        return REAPPLIED
    await _end(uow, event, NoticeState.FAILED, UNKNOWN)
    failed = NoticeFailed.model_validate({**event.model_dump(), "reason_code": UNKNOWN})
    uow.emit(failed)
    return NOT_SENT_AGAIN


async def _end(uow: UnitOfWork, event: NoticeEvent, state: NoticeState, reason_code: str | None) -> Settled:
    known = await _find(uow, event)
    if known is not None:
        ended = domain.ended(known, state, event.attempt, reason_code, told_at(uow))
        await notices.save_notices(uow.session, [ended])
        return REAPPLIED
    correlation_id = "" if uow.cause is None else uow.cause.correlation_id
    stub = domain.stub_of(
        event.notice_id,
        edition_id=event.edition_id or UUID(int=0),
        purpose=event.purpose,
        about_id=event.about_id,
        recipient=_to_recipient(event),
        correlation_id=correlation_id,
        language=event.language,
        now=told_at(uow),
    )
    ended = domain.ended(stub, state, event.attempt, reason_code, told_at(uow))
    await repository.put_in_place(uow.session, ended)
    return REAPPLIED


async def _find(uow: UnitOfWork, event: NoticeEvent) -> Notice | None:
    known = (await deliveries.lock_notices(uow.session, [event.notice_id])).get(event.notice_id)
    return known or await repository.find_same(uow.session, _to_recipient(event), event.purpose, event.about_id)


def _to_recipient(event: NoticeEvent) -> Recipient:
    kind, named = event.recipient.kind, event.recipient.id
    party_id = agency_party_id(named) if kind is RecipientKind.AGENCY else UUID(named)
    return Recipient(kind.value, named, party_id)
