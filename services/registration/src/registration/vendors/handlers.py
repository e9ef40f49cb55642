"""What is done with vendors: told apart, taken in, reached, forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from common.contracts.registration import ContactRecorded, OpenDraft, OpenInvitation, OpenNomination, PartyKind
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.vendors import open_matters, repository
from registration.vendors.domain import (
    Contact,
    Vendor,
    check_contact,
    check_texts,
    name_key,
    normalise_phone,
    normalise_tax_id,
)
from registration.vendors.repository import TimedContact


def tidy_vendor(vendor: Vendor) -> Vendor:
    """Return a declared vendor with its tax number in the stored form."""
    tax_id = normalise_tax_id(vendor.tax_id) if vendor.tax_id else None
    return replace(vendor, tax_id=tax_id or None)


def tidy_contact(contact: Contact) -> Contact:
    """Return a contact with its phone as E.164, or None where it is no phone."""
    return replace(contact, phone=normalise_phone(contact.phone) if contact.phone else None)


async def take_in_vendors(
    uow: UnitOfWork, vendors: Mapping[UUID, Vendor], contacts: Mapping[UUID, Contact], province_register: str
) -> None:
    """Store vendors as declared now, and tell how to reach them."""
    await repository.save_vendors(uow.session, vendors, province_register, uow.now)
    times = await repository.lock_contact_times(uow.session, contacts.keys())
    await _record(uow, PartyKind.VENDOR, contacts, times)


async def identify_products(uow: UnitOfWork, names: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """Return the product id for each (vendor id, product name); products not known yet are stored."""
    ids = await repository.list_product_ids(uow.session, {vendor_id for vendor_id, _ in names})
    new: dict[UUID, tuple[UUID, str]] = {}
    for vendor_id, name in names:
        if (vendor_id, name_key(name)) not in ids:
            product_id = uow.new_id()
            ids[vendor_id, name_key(name)] = product_id
            new[product_id] = (vendor_id, name)
    await repository.add_products(uow.session, new, uow.now)
    return {(vendor_id, name): ids[vendor_id, name_key(name)] for vendor_id, name in names}


async def record_contact(uow: UnitOfWork, party_id: UUID, kind: PartyKind, contact: Contact) -> Contact:
    """Store and tell how to reach a party; raises InvalidInputError."""
    tidy = tidy_contact(contact)
    problems = [
        *check_texts("", {"display_name": contact.display_name, "email": contact.email}),
        *check_contact(tidy, contact.phone, "contact"),
    ]
    if problems:
        raise InvalidInputError(problems)
    times = await repository.lock_contact_times(uow.session, [party_id])
    await _record(uow, kind, {party_id: tidy}, times)
    return tidy


async def replace_vendor_contact(uow: UnitOfWork, vendor_id: UUID, contact: Contact) -> Contact:
    """Store and tell a vendor's new contact; raises NotFoundError, InvalidInputError."""
    await repository.get_vendor(uow.session, vendor_id)
    return await record_contact(uow, vendor_id, PartyKind.VENDOR, contact)


async def erase_vendor_contact(uow: UnitOfWork, vendor_id: UUID) -> None:
    """Forget how to reach a vendor, here and on the restricted topic; a second time changes nothing more.

    Raises NotFoundError where neither the vendor nor a contact of it is known: a restored database may have that alone.
    """
    times = await repository.lock_contact_times(uow.session, [vendor_id])
    if vendor_id not in times:
        await repository.get_vendor(uow.session, vendor_id)
    at = _after(uow.now, times.get(vendor_id))
    await repository.save_contacts(uow.session, [TimedContact(vendor_id, PartyKind.VENDOR, None, at)])
    uow.erase(ContactRecorded, vendor_id, at=at)


async def tell_draft(uow: UnitOfWork, draft_id: UUID, contact: Contact) -> None:
    """Store and tell how to reach who fills in a draft, under the draft's id: it is no vendor's contact yet."""
    times = await repository.lock_contact_times(uow.session, [draft_id])
    await _record(uow, PartyKind.OTHER, {draft_id: contact}, times)


async def erase_drafts(uow: UnitOfWork, draft_ids: Collection[UUID]) -> None:
    """Forget how to reach who filled in drafts, here and on the restricted topic; who was never told of stays unheard of."""
    times = await repository.lock_contact_times(uow.session, draft_ids)
    reachable = await repository.list_reachable(uow.session, times.keys())
    erased = {draft_id: _after(uow.now, at) for draft_id, at in times.items() if draft_id in reachable}
    await repository.save_contacts(
        uow.session, [TimedContact(draft_id, PartyKind.OTHER, None, at) for draft_id, at in erased.items()]
    )
    for draft_id, at in erased.items():
        uow.erase(ContactRecorded, draft_id, at=at)


async def tell_newest_contacts(uow: UnitOfWork, keys: Sequence[str]) -> int:
    """Tell the contacts or erasures of these keys once more, behind an older state that may have come after them."""
    return await _tell_again(uow, [UUID(key) for key in keys])


async def tell_contacts_again(uow: UnitOfWork) -> int:
    """Tell every contact and every erasure once more, with its old time, for a broker that lost them; return how many.

    Contacts are in no event log, so nobody else can; a reader that has them already keeps what it has.
    """
    return await _tell_again(uow, await repository.list_party_ids(uow.session))


async def _tell_again(uow: UnitOfWork, wanted: Collection[UUID]) -> int:
    await repository.lock_contact_times(
        uow.session, wanted
    )  # or one that changes now would be told before its old state
    contacts = await repository.list_contacts(uow.session, wanted)
    party_ids = [party_id for party_id, *_ in contacts]
    waiting = await _list_waiting(uow, party_ids)
    for party_id, kind, contact, at in contacts:
        if contact is None:
            uow.erase(ContactRecorded, party_id, at=at)
        else:
            uow.emit(_to_event(party_id, PartyKind(kind), contact, waiting), at=at)
    return len(contacts)


async def tell_invitations(uow: UnitOfWork, party_ids: Collection[UUID]) -> None:
    """Tell how to reach agencies once more, with what they are invited to now; who has no contact is told with its first."""
    times = await repository.lock_contact_times(uow.session, party_ids)
    found = {party_id: await repository.find_contact(uow.session, party_id) for party_id in times}
    await _record(uow, PartyKind.AGENCY, {key: one for key, one in found.items() if one is not None}, times)


async def tell_vendors(uow: UnitOfWork, contacts: Mapping[UUID, Contact], vendor_ids: Collection[UUID]) -> None:
    """Store and tell contacts of vendors, and those of the others once more, with what they are nominated for now."""
    times = await repository.lock_contact_times(uow.session, {*contacts, *vendor_ids})
    known = {key: await repository.find_contact(uow.session, key) for key in times if key not in contacts}
    kept = {key: contact for key, contact in known.items() if contact is not None}
    await _record(uow, PartyKind.VENDOR, {**kept, **contacts}, times)


@dataclass(frozen=True)
class _Waiting:
    """What waits for parties, each as JSON: invitations, drafts, nominations."""

    invitations: Mapping[UUID, Sequence[str]]
    drafts: Mapping[UUID, str]
    nominations: Mapping[UUID, Sequence[str]]


async def _list_waiting(uow: UnitOfWork, party_ids: Collection[UUID], kind: PartyKind | None = None) -> _Waiting:
    """Return what waits for parties, of one kind or of any."""
    session, every = uow.session, kind is None
    return _Waiting(
        await open_matters.list_open_invitations(session, party_ids) if every or kind is PartyKind.AGENCY else {},
        await open_matters.list_open_drafts(session, party_ids) if every or kind is PartyKind.OTHER else {},
        await open_matters.list_open_nominations(session, party_ids) if every or kind is PartyKind.VENDOR else {},
    )


async def find_known_vendors(uow: UnitOfWork, vendors: Collection[Vendor]) -> list[tuple[UUID, Vendor]]:
    """Return known vendors that may be those given; waits until no other dossier is being taken in."""
    await repository.lock_intake(uow.session)
    return await repository.find_alike(uow.session, vendors)


def _after(now: datetime, last: datetime | None) -> datetime:
    """Return a time that grows per party, even while the clock stands still: newer wins on that topic."""
    return now if last is None else max(now, last + timedelta(microseconds=1))


async def _record(
    uow: UnitOfWork, kind: PartyKind, contacts: Mapping[UUID, Contact], times: Mapping[UUID, datetime]
) -> None:
    """Store and tell contacts of one kind; ``times`` are those of the parties that were told of before."""
    timed = {party_id: _after(uow.now, times.get(party_id)) for party_id in contacts}
    await repository.save_contacts(
        uow.session, [TimedContact(party_id, kind, contact, timed[party_id]) for party_id, contact in contacts.items()]
    )
    waiting = await _list_waiting(uow, contacts.keys(), kind)
    for party_id, contact in contacts.items():
        uow.emit(_to_event(party_id, kind, contact, waiting), at=timed[party_id])


def _to_event(party_id: UUID, kind: PartyKind, contact: Contact, waiting: _Waiting) -> ContactRecorded:
    drafts = [waiting.drafts[party_id]] if party_id in waiting.drafts else []
    return ContactRecorded(
        party_id=party_id,
        kind=kind,
        display_name=contact.display_name,
        email=contact.email,
        phone=contact.phone,
        zalo_id=None,
        language=contact.language,
        preferred_channels=contact.preferred_channels,
        may_be_told=contact.may_be_told,
        invitations=tuple(map(OpenInvitation.model_validate_json, waiting.invitations.get(party_id, ()))),
        drafts=tuple(map(OpenDraft.model_validate_json, drafts)),
        nominations=tuple(map(OpenNomination.model_validate_json, waiting.nominations.get(party_id, ()))),
    )
