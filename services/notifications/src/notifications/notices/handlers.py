"""Decides who is told what; one notice per recipient, purpose and event, however often the event comes.

Whether a recipient may be told, and whether all that a notice needs is known, is decided when its turn to be sent
comes; so nothing is lost when a contact or an edition is heard of later than what is to be told.
"""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from common.contracts.allocation import ApplicationWaitlisted, BoothReleased, PlaceEvent
from common.contracts.base import Event, agency_party_id
from common.contracts.registration import (
    ApplicationEvent,
    ContactRecorded,
    EditionCancelled,
    EditionEvent,
    EditionRescheduled,
    EditionSuspended,
    OpenDraft,
    OpenInvitation,
    OpenNomination,
)
from common.delivery.unit_of_work import UnitOfWork
from common.ids import id_text
from notifications.notices import repository
from notifications.notices.domain import DRAFT_SAVED, INVITATION_REMINDER, INVITED, NOMINATED, Intent, Recipient
from notifications.participations import repository as participations
from notifications.participations.domain import ASKED_AGAIN, FEWER_BOOTHS, Participation, takes_part


async def tell_vendor(uow: UnitOfWork, event: ApplicationEvent | PlaceEvent) -> None:
    """Tell the vendor what happened to its application or place."""
    await add_intents(uow, [_about(uow, event, to_vendor(event.vendor_id), event.application_id)])


async def tell_vendor_and_agency(uow: UnitOfWork, event: ApplicationEvent | ApplicationWaitlisted) -> None:
    """Tell the vendor, and the agency that nominated it.

    Which one that is, if any, is looked up when the notice's turn comes: a place on the waiting list may be heard of
    before the application.
    """
    recipients = [to_vendor(event.vendor_id), Recipient("agency", None, None)]
    await add_intents(uow, [_about(uow, event, recipient, event.application_id) for recipient in recipients])


async def tell_of_release(uow: UnitOfWork, event: BoothReleased) -> None:
    """Tell the vendor that its place is gone; not where the next event says so: the new offer, or the waiting list."""
    if event.reason_code not in {ASKED_AGAIN, FEWER_BOOTHS}:
        await tell_vendor(uow, event)


Upset = EditionSuspended | EditionRescheduled | EditionCancelled


async def tell_everyone(uow: UnitOfWork, event: Upset) -> None:
    """Tell all vendors that take part, and the agencies that nominated them.

    Allocation's news that are still on their way are not counted: whoever gave up its place at the same moment may be
    told once too often, nobody too seldom.
    """
    await _tell_who_takes_part(uow, event, await participations.list_of_edition(uow.session, event.edition_id))


async def tell_one(uow: UnitOfWork, event: Upset, subject: str) -> None:
    """Tell the vendor of an application whose news were parked when all others were told, and its agency."""
    known = await participations.list_of_edition(uow.session, event.edition_id)
    await _tell_who_takes_part(uow, event, [one for one in known if id_text(one.application_id) == subject])


async def _tell_who_takes_part(uow: UnitOfWork, event: Upset, known: Iterable[Participation]) -> None:
    taking_part = [one for one in known if takes_part(one)]
    intents = [_about(uow, event, to_vendor(one.vendor_id), one.application_id) for one in taking_part]
    codes = {one.nominating_agency_code for one in taking_part if one.nominating_agency_code is not None}
    intents += [_about(uow, event, to_agency(code), None) for code in sorted(codes)]
    await add_intents(uow, intents)


async def tell_of_invitations(uow: UnitOfWork, event: ContactRecorded) -> None:
    """Tell an agency what it is invited to, once, and once more for each reminder; none that waits after its answer.

    The contact says all that is open, so an invitation told again, or by the agency's first contact, changes nothing.
    """
    intents: list[Intent] = []
    for invitation in event.invitations:
        intents.append(_of_invitation(uow, invitation, INVITED, "letter"))
        if invitation.reminders:
            intents.append(_of_invitation(uow, invitation, INVITATION_REMINDER, f"reminder {invitation.reminders}"))
    open_ids = [intent.about_id for intent in intents]
    await repository.remove_unsent(uow.session, event.party_id, INVITATION_REMINDER, open_ids)
    await add_intents(uow, intents)


def _of_invitation(uow: UnitOfWork, invitation: OpenInvitation, purpose: str, what: str) -> Intent:
    if uow.cause is None:
        raise RuntimeError("a notice tells of an event")
    named = f"ocop:{invitation.agency_code}:{purpose}:{invitation.invitation_id}:{what}"
    return Intent(
        recipient=to_agency(invitation.agency_code),
        purpose=purpose,
        about_id=uuid5(NAMESPACE_URL, named),
        edition_id=invitation.edition_id,
        application_id=None,
        facts=invitation.model_dump(mode="json"),
        correlation_id=uow.cause.correlation_id,
    )


async def tell_of_drafts(uow: UnitOfWork, event: ContactRecorded) -> None:
    """Mail the link of a draft to who began it, once for each time it was asked for; an older asking goes with the newest."""
    await add_intents(uow, [_of_draft(uow, draft) for draft in event.drafts])


def _of_draft(uow: UnitOfWork, draft: OpenDraft) -> Intent:
    if uow.cause is None:
        raise RuntimeError("a notice tells of an event")
    return Intent(
        recipient=Recipient("other", str(draft.draft_id), draft.draft_id),
        purpose=DRAFT_SAVED,
        about_id=uuid5(NAMESPACE_URL, f"ocop:{draft.draft_id}:{DRAFT_SAVED}:{draft.mails}"),
        edition_id=draft.edition_id,
        application_id=None,
        facts=draft.model_dump(mode="json"),
        correlation_id=uow.cause.correlation_id,
    )


async def tell_of_nominations(uow: UnitOfWork, event: ContactRecorded) -> None:
    """Tell a vendor once that an agency nominated it, and lead it to the application that it is to hand in."""
    await add_intents(uow, [_of_nomination(uow, event.party_id, one) for one in event.nominations])


def _of_nomination(uow: UnitOfWork, vendor_id: UUID, nomination: OpenNomination) -> Intent:
    if uow.cause is None:
        raise RuntimeError("a notice tells of an event")
    return Intent(
        recipient=to_vendor(vendor_id),
        purpose=NOMINATED,
        about_id=uuid5(NAMESPACE_URL, f"ocop:{vendor_id}:{NOMINATED}:{nomination.application_id}"),
        edition_id=nomination.edition_id,
        application_id=nomination.application_id,
        facts=nomination.model_dump(mode="json"),
        correlation_id=uow.cause.correlation_id,
    )


async def add_intents(uow: UnitOfWork, intents: Iterable[Intent]) -> None:
    """Store notices to be sent as soon as may be."""
    for intent in intents:
        repository.add_notice(uow.session, uow.new_id(), intent, uow.now)


def to_vendor(vendor_id: UUID) -> Recipient:
    return Recipient("vendor", str(vendor_id), vendor_id)


def to_agency(agency_code: str) -> Recipient:
    return Recipient("agency", agency_code, agency_party_id(agency_code))


def dump_facts(event: Event) -> dict[str, Any]:
    """Return the event as a notice keeps it."""
    return event.model_dump(mode="json")


def _about(
    uow: UnitOfWork, event: EditionEvent | ApplicationEvent | PlaceEvent, to: Recipient, application_id: UUID | None
) -> Intent:
    cause = uow.cause
    if cause is None:
        raise RuntimeError("a notice tells of an event")
    return Intent(
        recipient=to,
        purpose=event.event_name(),
        about_id=cause.event_id,
        edition_id=event.edition_id,
        application_id=application_id,
        facts=dump_facts(event),
        correlation_id=cause.correlation_id,
    )
