"""Folds back what was told of applications, or withdraws those that the database does not know any more.

Who was told of an acceptance keeps it, and the place that came of it. An application begun after the backup cannot be made
anew from what was told: its entry, contact and papers are in no event. It is withdrawn, and its vendor is told why.
"""

from collections.abc import Sequence
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import Reason
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationEvent,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CertificateExpiring,
    WithdrawnBy,
)
from common.delivery.settling import NOTHING, REAPPLIED, RESTORED, VOIDED, Settled, by_hand, later_types, told_at
from common.delivery.unit_of_work import UnitOfWork
from registration.application_recalls import domain, repository
from registration.applications import repository as application_repository
from registration.applications.domain import Application, ApplicationState
from registration.applications.subjects import to_subject
from registration.editions import repository as editions
from registration.expiries import repository as expiries
from registration.expiries.domain import Expiry, threshold_of
from registration.reviews import repository as decisions
from registration.reviews.domain import DecisionState, Policy, Verdict, release, take_back
from registration.rules.domain import in_force
from registration.vetting import handlers as vetting

ENDED = {kind.event_type() for kind in (ApplicationRejected, ApplicationRevoked, ApplicationWithdrawn)}
OPEN = (DecisionState.PROPOSED, DecisionState.AGREED)
NO_CONSENTS = by_hand(
    "Hồ sơ được ghi lại là đã nộp theo nội dung còn trong cơ sở dữ liệu; xin lại xác nhận đồng ý, và nội dung, giấy tờ"
    " bổ sung sau bản sao lưu nếu có.",
    "It is handed in again, with the dossier that the database has; ask for the consents again, and for what was changed"
    " or supplemented after the backup.",
)
OTHER_DOSSIER = by_hand(
    "Nội dung hồ sơ đã báo khác với nội dung còn trong cơ sở dữ liệu; hãy hỏi chủ thể đã thay đổi gì sau bản sao lưu.",
    "The dossier that was told is another one than the database has; ask the vendor what it changed after the backup.",
)
LAPSED = by_hand(
    "Có giấy chứng nhận hết hiệu lực; việc xem xét đã mở trước đây bị mất, hãy xem lại hồ sơ.",
    "Certificates have lapsed; the task that was opened for it is lost, look at the application.",
)


async def recall_submission(uow: UnitOfWork, event: ApplicationSubmitted) -> Settled:
    """Hand the application in again with the dossier that there is."""
    known = await _find(uow, event)
    if known is None:
        return await _void(uow, event)
    submitted = domain.submitted(known, event.revision, told_at(uow))
    await application_repository.save_application(uow.session, submitted)
    await _vet(uow, submitted, "submission")
    product_ids = [one.product_id for one in event.products]
    if len(await repository.list_known_products(uow.session, product_ids)) < len(product_ids):
        return OTHER_DOSSIER
    return REAPPLIED if await repository.has_consents(uow.session, event.application_id) else NO_CONSENTS


async def recall_return(uow: UnitOfWork, event: ApplicationReturned) -> Settled:
    """Ask for the supplement again, until the date that was told."""
    known = await _find(uow, event)
    if known is None:
        return await _void(uow, event)
    await _close_decisions(uow, event, Verdict.RETURN)
    returned = domain.returned(known, _names(event.reasons), event.reply_by_at, told_at(uow))
    await application_repository.save_application(uow.session, returned)
    return REAPPLIED


async def recall_acceptance(uow: UnitOfWork, event: ApplicationAccepted) -> Settled:
    """Accept the application again; the vendor keeps its place."""
    known = await _find(uow, event)
    if known is None:
        return await _void(uow, event)
    await _close_decisions(uow, event, Verdict.ACCEPT)
    accepted = domain.accepted(known, told_at(uow), on_appeal=event.on_appeal)
    await application_repository.save_application(uow.session, accepted)
    await _vet(uow, accepted, "recheck" if event.lapsed else "decision")
    return LAPSED if event.lapsed else REAPPLIED


async def recall_rejection(uow: UnitOfWork, event: ApplicationRejected) -> Settled:
    """Reject the application again."""
    await _close_decisions(uow, event, Verdict.REJECT)
    return await _end(uow, event, ApplicationState.REJECTED, _names(event.reasons))


async def recall_revocation(uow: UnitOfWork, event: ApplicationRevoked) -> Settled:
    """Take the acceptance back again."""
    await _close_decisions(uow, event, Verdict.REVOKE)
    return await _end(uow, event, ApplicationState.REVOKED, _names(event.reasons))


async def recall_withdrawal(uow: UnitOfWork, event: ApplicationWithdrawn) -> Settled:
    """Withdraw the application again."""
    return await _end(uow, event, ApplicationState.WITHDRAWN, (event.reason_code,))


async def recall_warning(uow: UnitOfWork, event: CertificateExpiring) -> Settled:
    """Remember that these certificates were warned of, so that nobody is warned a second time."""
    if await _find(uow, event) is None:
        return await _void(uow, event)
    edition = await editions.get_edition(uow.session, event.edition_id)
    packs = await vetting.get_packs(uow, edition)
    life = in_force("certificate_life", packs.products.certificate_life, edition.planned.first)
    known = await repository.list_known_products(uow.session, [one.product_id for one in event.products])
    warned: dict[Expiry, UUID] = {}
    for one in event.products:
        valid_to = one.certificate_valid_to
        threshold = valid_to and threshold_of(life.warn_days, valid_to, local_date(told_at(uow)))
        if one.product_id in known and valid_to and threshold:
            warned[Expiry(one.product_id, valid_to, threshold)] = event.application_id
    await expiries.add_warnings(uow.session, warned, told_at(uow))
    return REAPPLIED if warned else NOTHING


async def _find(uow: UnitOfWork, event: ApplicationEvent) -> Application | None:
    """Return the application of an event, locked; None where the database does not know it."""
    return (await application_repository.lock_by_id(uow.session, [event.application_id])).get(event.application_id)


async def _end(uow: UnitOfWork, event: ApplicationEvent, state: ApplicationState, codes: tuple[str, ...]) -> Settled:
    known = await _find(uow, event)
    if known is None:
        return NOTHING  # it is over for its readers too
    await application_repository.save_application(uow.session, domain.ended(known, state, codes, told_at(uow)))
    return REAPPLIED


async def _void(uow: UnitOfWork, event: ApplicationEvent) -> Settled:
    """Withdraw an application that nobody knows any more, behind the last of what was told of it."""
    later = await later_types(uow)
    if ENDED.intersection(later[-1:]):
        return NOTHING
    if not later:
        uow.emit(
            ApplicationWithdrawn(
                edition_id=event.edition_id,
                application_id=event.application_id,
                vendor_id=event.vendor_id,
                by=WithdrawnBy.ORGANISER,
                reason_code=RESTORED,
            )
        )
    return VOIDED


async def _vet(uow: UnitOfWork, application: Application, occasion: str) -> None:
    """Keep what the rules say of the dossier that there is."""
    edition = await editions.get_edition(uow.session, application.edition_id)
    packs = await vetting.get_packs(uow, edition)
    await vetting.vet(uow, await to_subject(uow, application, edition, packs), packs, occasion)


async def _close_decisions(uow: UnitOfWork, event: ApplicationEvent, verdict: Verdict) -> None:
    """Close a decision that still waits: what was told is what was decided."""
    listed = await decisions.lock_decisions(uow.session, event.edition_id, OPEN)
    closed = [
        release(kept, told_at(uow), Policy()) if kept.verdict is verdict else take_back(kept)
        for kept in listed
        if kept.application_id == event.application_id
    ]
    await decisions.save_decisions(uow.session, closed)


def _names(reasons: Sequence[Reason]) -> tuple[str, ...]:
    return tuple(one.code for one in reasons)
