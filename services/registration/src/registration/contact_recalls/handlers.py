"""Takes over from the topic of contacts what was told behind the backup, so that what was erased stays erased.

The topic has the newest state of every party, and registration alone tells there: what it says is what registration knew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from common.contracts.registration import ContactRecorded, PartyKind
from common.delivery.messages import Message, Record, read_record
from common.delivery.reactions import UnreadableEventError, read_event
from common.delivery.rereading import drop_waiting
from common.delivery.unit_of_work import UnitOfWork
from common.service import Service
from registration.contact_recalls import repository
from registration.draft_links.domain import DraftMail
from registration.drafts.domain import key_of
from registration.settings import Settings
from registration.vendors import handlers as vendors
from registration.vendors import repository as vendor_repository
from registration.vendors.domain import Contact
from registration.vendors.repository import TimedContact

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ToldContact:
    """How a party may be reached as told at a time; no event is its erasure."""

    party_id: UUID
    at: datetime
    event: ContactRecorded | None = field(repr=False)


async def take_over(service: Service, records: Sequence[Record]) -> None:
    """Store what is newer than what the database has, of each party its newest state among these records."""
    days = service.settings.draft_days if isinstance(service.settings, Settings) else 0
    newest: dict[UUID, ToldContact] = {}
    for one in filter(None, map(_read, records)):
        if one.party_id not in newest or newest[one.party_id].at <= one.at:
            newest[one.party_id] = one
    if newest:
        async with service.units.begin() as uow:
            await recall_contacts(uow, list(newest.values()), timedelta(days=days))


def _read(record: Record) -> ToldContact | None:
    """Return what a record tells; None where it is none of ours, which its readers have as a dead letter."""
    message = read_record(record)
    if not isinstance(message, Message) or message.cause.type != ContactRecorded.event_type():
        log.warning("contact_unreadable", offset=record.offset, partition=record.partition)
        return None
    try:
        event = None if message.value is None else read_event(ContactRecorded, message.value)
        return ToldContact(UUID(message.cause.key), message.cause.time, event)  # pyright: ignore[reportArgumentType]
    except (UnreadableEventError, ValueError):
        log.warning("contact_unreadable", offset=record.offset, partition=record.partition)
        return None


async def recall_contacts(uow: UnitOfWork, told: Sequence[ToldContact], kept: timedelta) -> None:
    """Store contacts and erasures that are newer; ``kept`` is how long drafts and their mails are kept."""
    await drop_waiting(uow.session, ContactRecorded.topic(), {str(one.party_id): one.at for one in told})
    times = await vendor_repository.lock_contact_times(uow.session, [one.party_id for one in told])
    newer = [one for one in told if one.party_id not in times or times[one.party_id] < one.at]
    await _erase(uow, [one for one in newer if one.event is None], kept)
    await _record(uow, [one for one in newer if one.event is not None])


async def _erase(uow: UnitOfWork, erased: Sequence[ToldContact], kept: timedelta) -> None:
    """Forget these parties again, and the drafts that were discarded; the topic has the erasure.

    Of who is not known the time is kept too: an older contact may stand behind its erasure.
    """
    kinds = await repository.list_kinds(uow.session, [one.party_id for one in erased])
    await vendor_repository.save_contacts(
        uow.session,
        [TimedContact(one.party_id, kinds.get(one.party_id, PartyKind.OTHER), None, one.at) for one in erased],
    )
    await repository.remove_discarded(uow.session, {one.party_id: one.at for one in erased}, kept)


async def _record(uow: UnitOfWork, told: Sequence[ToldContact]) -> None:
    """Store these contacts; that of a draft which the database does not know is of no more use, and is erased."""
    await vendor_repository.save_contacts(
        uow.session,
        [TimedContact(one.party_id, event.kind, _to_contact(event), one.at) for one in told if (event := one.event)],
    )
    of_drafts = [one.party_id for one in told if one.event is not None and one.event.kind is PartyKind.OTHER]
    known = await repository.list_known_drafts(uow.session, of_drafts)
    await repository.add_mails(uow.session, [mail for one in told if one.party_id in known for mail in _mails(one)])
    await vendors.erase_drafts(uow, set(of_drafts) - known)


def _mails(told: ToldContact) -> Collection[DraftMail]:
    """Return the mail with a draft's link that the contact asked for: its number must not be given again."""
    event = told.event
    if event is None or not event.email:
        return ()
    return [DraftMail(one.draft_id, one.mails, key_of(event.email), told.at) for one in event.drafts]


def _to_contact(event: ContactRecorded) -> Contact:
    return Contact(
        event.display_name,
        event.email or "",
        event.phone,
        event.language,
        event.preferred_channels,
        event.may_be_told,
    )
