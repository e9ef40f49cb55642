"""Takes notices up whose turn it is: sets aside what cannot be sent now, and hands out the rest.

A try is stored here, before it begins; the sender makes it between two transactions, and its result is stored after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from notifications.claims import repository
from notifications.contacts import repository as contacts
from notifications.contacts.domain import Contact, may_tell, order_of_languages
from notifications.deliveries import repository as deliveries
from notifications.deliveries.domain import Outcome, Result, RetryPolicy
from notifications.deliveries.handlers import Parcel, settle, tell_failed
from notifications.editions import repository as editions
from notifications.messages import handlers as messages
from notifications.messages.handlers import Known
from notifications.notices import domain
from notifications.notices import handlers as notices
from notifications.notices import repository as stored
from notifications.notices.domain import Notice, NoticeState, next_allowed
from notifications.notices.packs import notice_rules
from notifications.participations import repository as participations
from notifications.participations.domain import Participation


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
    await deliveries.mark_lost(uow.session, {notice.notice_id: notice.attempts for notice in lost}, uow.now)
    changed = [settle(uow, notice, Result(Outcome.LOST), policy, 0.5) for notice in lost]
    open_ones = [notice for notice in found if notice.state is not NoticeState.SENDING]
    applications = await participations.list_participations(
        uow.session, {notice.application_id for notice in open_ones if notice.application_id is not None}
    )
    addressed = await _address(uow, open_ones, applications)
    book = await contacts.list_contacts(
        uow.session, {notice.recipient.party_id for notice in addressed if notice.recipient.party_id is not None}
    )
    known = await editions.list_editions(uow.session, {notice.edition_id for notice in addressed})
    turned = [
        _turn(uow, notice, _contact_of(notice, book), is_edition_known=notice.edition_id in known)
        for notice in addressed
    ]
    await stored.save_notices(uow.session, [*changed, *turned], server_now + lease)
    return Taken(len(found), await _hand_out(uow, turned, Known(book, known, applications)))


def _contact_of(notice: Notice, book: Mapping[UUID, Contact]) -> Contact | None:
    return None if notice.recipient.party_id is None else book.get(notice.recipient.party_id)


async def _address(
    uow: UnitOfWork, found: Sequence[Notice], applications: Mapping[UUID, Participation]
) -> list[Notice]:
    """Name the agencies of notices that waited for their application; those that nobody nominated go to nobody.

    Nor does one that its agency was sent before the database went back: it stands there already.
    """
    addressed: list[Notice] = []
    named: list[Notice] = []
    for notice in found:
        application = None if notice.application_id is None else applications.get(notice.application_id)
        code = None if application is None else application.nominating_agency_code
        if notice.recipient.recipient_id is not None:
            addressed.append(notice)
        elif code is not None:
            named.append(replace(notice, recipient=notices.to_agency(code)))
    told = await repository.list_told(uow.session, named) if named else set[UUID]()
    kept = {notice.notice_id: notice for notice in (*addressed, *named) if notice.notice_id not in told}
    await repository.remove_notices(uow.session, [one.notice_id for one in found if one.notice_id not in kept])
    return [kept[one.notice_id] for one in found if one.notice_id in kept]


def _turn(uow: UnitOfWork, notice: Notice, contact: Contact | None, *, is_edition_known: bool) -> Notice:
    """Decide what becomes of a notice whose turn it is."""
    if contact is None:
        return domain.wait_for(notice, NoticeState.WAITING_CONTACT)
    if not is_edition_known:
        return domain.wait_for(notice, NoticeState.WAITING_EDITION)
    if not may_tell(contact, notice.purpose):
        suppressed = domain.suppress(notice, uow.now)
        tell_failed(uow, suppressed)
        return suppressed
    if contact.email is None:
        failed = domain.fail(notice, uow.now, "no_address")
        tell_failed(uow, failed)
        return failed
    allowed_at = next_allowed(notice_rules(local_date(uow.now)).quiet, notice.purpose, uow.now)
    if allowed_at > uow.now:
        return domain.put_off(notice, allowed_at)
    return domain.begin_attempt(notice, order_of_languages(contact.language)[0])


async def _hand_out(uow: UnitOfWork, turned: Sequence[Notice], known: Known) -> tuple[Parcel, ...]:
    begun = [notice for notice in turned if notice.state is NoticeState.SENDING]
    await deliveries.add_attempts(uow.session, {one.notice_id: one.attempts for one in begun}, uow.now)
    texts = await messages.gather(uow, begun, known)
    parcels: list[Parcel] = []
    for notice in begun:
        contact = _contact_of(notice, known.contacts)
        if contact is not None and contact.email is not None:
            parcels.append(Parcel(notice.notice_id, notice.attempts, contact.email, texts[notice.notice_id]))
    return tuple(parcels)


async def count_open(uow: UnitOfWork) -> int:
    """Return how many notices are being sent or could be now."""
    return await repository.count_claimable(uow.session, uow.now)


async def find_next_due(uow: UnitOfWork) -> datetime | None:
    """Return when the next notice that was put off is due."""
    return await repository.find_next_due(uow.session, uow.now)
