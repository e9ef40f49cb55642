"""Follows open offers, and reminds their holders a day before the answer is due."""

from datetime import datetime

from common.calendar import local_date
from common.contracts.allocation import BoothMoved, BoothOffered, PlaceEvent
from common.contracts.registration import EditionCancelled, EditionRescheduled
from common.delivery.unit_of_work import UnitOfWork
from notifications.notices import handlers as notices
from notifications.notices.domain import REMINDER, Intent, next_allowed
from notifications.notices.packs import notice_rules
from notifications.offers import repository
from notifications.offers.domain import remind_at


async def open_offer(uow: UnitOfWork, event: BoothOffered) -> None:
    """Remember an offer that waits for its answer, and when to remind; the reminder too keeps the quiet hours."""
    cause = uow.cause
    if cause is None:
        return
    rules = notice_rules(local_date(cause.time))
    moment = remind_at(cause.time, event.reply_by_at, rules.reminder_lead)
    values = {
        "edition_id": event.edition_id,
        "vendor_id": event.vendor_id,
        "about_id": cause.event_id,
        "correlation_id": cause.correlation_id,
        "offered_at": cause.time,
        "reply_by_at": event.reply_by_at,
        "remind_at": moment and next_allowed(rules.quiet, REMINDER, moment),
        "facts": notices.dump_facts(event),
    }
    await repository.save_offer(uow.session, event.application_id, values)


async def close_offer(uow: UnitOfWork, event: PlaceEvent) -> None:
    """Forget an offer that was confirmed, declined, or is over."""
    await repository.close_offer(uow.session, event.application_id)


async def move_offer(uow: UnitOfWork, event: BoothMoved) -> None:
    """Let a reminder name the new booths."""
    await repository.change_booths(uow.session, event.application_id, list(event.new_booth_codes))


async def close_earlier_offers(uow: UnitOfWork, event: EditionRescheduled | EditionCancelled) -> None:
    """Forget the offers made before new dates or a cancellation; the new ones may have been heard of already."""
    if uow.cause is not None:
        await repository.close_offers_before(uow.session, event.edition_id, uow.cause.time)


async def remind_holders(uow: UnitOfWork, limit: int) -> int:
    """Remind the holders of open offers whose time has come. A timer."""
    due = await repository.lock_due_offers(uow.session, uow.now, limit)
    await notices.add_intents(
        uow,
        [
            Intent(
                recipient=notices.to_vendor(offer.vendor_id),
                purpose=REMINDER,
                about_id=offer.about_id,
                edition_id=offer.edition_id,
                application_id=offer.application_id,
                facts=offer.facts,
                correlation_id=offer.correlation_id,
            )
            for offer in due
        ],
    )
    for offer in due:
        offer.remind_at = None
    return len(due)


async def find_next_due(uow: UnitOfWork) -> datetime | None:
    """Return when the next reminder will be due."""
    return await repository.find_next_reminder(uow.session, uow.now)
