"""Folds what is told of applications, places, attendance and notices.

Registration and allocation are kept in rows of their own, so it makes no difference which of the two is heard first.
"""

from collections.abc import Sequence
from typing import Any

from common.contracts.allocation import (
    ApplicationClosedUnplaced,
    ApplicationWaitlisted,
    BoothCheckedIn,
    BoothConfirmed,
    BoothDeclined,
    BoothMoved,
    BoothNoShow,
    BoothOffered,
    BoothOfferExpired,
    BoothReleased,
    PlaceEvent,
)
from common.contracts.base import Reason
from common.contracts.notifications import NoticeDelivered, NoticeEvent, NoticeFailed, NoticeOutcomeUnknown
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationEvent,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CertificateExpiring,
    ExhibitedProduct,
    PublicVendor,
)
from common.delivery.unit_of_work import UnitOfWork
from reporting.participations import repository
from reporting.participations.domain import after_move
from reporting.positions.handlers import note_position


async def record_submission(uow: UnitOfWork, event: ApplicationSubmitted) -> None:
    """Keep a dossier; a later revision takes the place of an earlier one."""
    values = {
        **_vendor(event.vendor),
        "products": _products(event.products),
        "channel": event.channel.value,
        "nominating_agency_code": event.nominating_agency_code,
    }
    await _save_application(uow, event, "submitted", values)


async def record_acceptance(uow: UnitOfWork, event: ApplicationAccepted) -> None:
    """Keep an acceptance with the eligible products."""
    values = {
        **_vendor(event.vendor),
        "products": _products(event.products),
        "booths_granted": event.booths_granted,
    }
    await _save_application(uow, event, "accepted", values)


async def record_return(uow: UnitOfWork, event: ApplicationReturned) -> None:
    """Keep that a supplement was asked for, and why."""
    await _save_application(uow, event, "returned", {"reason_codes": _codes(event.reasons)})


async def record_rejection(uow: UnitOfWork, event: ApplicationRejected) -> None:
    """Keep a refusal and its reasons."""
    await _save_application(uow, event, "rejected", {"reason_codes": _codes(event.reasons)})


async def record_revocation(uow: UnitOfWork, event: ApplicationRevoked) -> None:
    """Keep that an acceptance was taken back, and why."""
    await _save_application(uow, event, "revoked", {"reason_codes": _codes(event.reasons)})


async def record_withdrawal(uow: UnitOfWork, event: ApplicationWithdrawn) -> None:
    """Keep a withdrawal; the place is told by allocation."""
    await _save_application(uow, event, "withdrawn", {"reason_codes": [event.reason_code]})


async def record_warning(uow: UnitOfWork, _event: CertificateExpiring) -> None:
    """A warning changes nothing of an application; the position moves on, so that a report says it counts to here."""
    note_position(uow)


async def record_offer(uow: UnitOfWork, event: BoothOffered) -> None:
    """Keep the booths offered as held until the answer."""
    await _save_place(uow, event, "offered", event.booth_codes)


async def record_confirmation(uow: UnitOfWork, event: BoothConfirmed) -> None:
    """Keep the booths as held for good."""
    await _save_place(uow, event, "confirmed", event.booth_codes)


async def record_refusal(uow: UnitOfWork, event: BoothDeclined) -> None:
    """Free the booths that a holder did not want."""
    await _save_place(uow, event, "declined", ())


async def record_expiry(uow: UnitOfWork, event: BoothOfferExpired) -> None:
    """Free the booths of an offer without an answer."""
    await _save_place(uow, event, "expired", ())


async def record_release(uow: UnitOfWork, event: BoothReleased) -> None:
    """Free a held place."""
    await _save_place(uow, event, "released", (), reason_codes=[event.reason_code])


async def record_move(uow: UnitOfWork, event: BoothMoved) -> None:
    """Exchange booths; the place stays as confirmed or offered as it was."""
    place = await repository.find_place(uow.session, event.application_id)
    held = () if place is None else place.booth_codes
    booth_codes = after_move(held, event.old_booth_codes, event.new_booth_codes)
    await _save_place(uow, event, "confirmed" if place is None else place.state, booth_codes)


async def record_waiting(uow: UnitOfWork, event: ApplicationWaitlisted) -> None:
    """Keep a place in the waiting list."""
    await _save_place(uow, event, "waitlisted", (), waitlist_position=event.position)


async def record_closing(uow: UnitOfWork, event: ApplicationClosedUnplaced) -> None:
    """Keep that an application ended without a place."""
    await _save_place(uow, event, "closed_unplaced", (), reason_codes=[event.reason_code])


async def record_attendance(uow: UnitOfWork, event: BoothCheckedIn | BoothNoShow) -> None:
    """Keep who was at a booth on a day; the later word on the same booth and day counts."""
    present = isinstance(event, BoothCheckedIn)
    values = {"application_id": event.application_id, "vendor_id": event.vendor_id, "present": present}
    for booth_code in event.booth_codes:
        repository.save_attendance(uow.session, event.edition_id, booth_code, event.on, values)
    note_position(uow)


async def record_notice(uow: UnitOfWork, event: NoticeDelivered | NoticeFailed | NoticeOutcomeUnknown) -> None:
    """Keep what became of a notice; an unknown outcome is resolved by a later event."""
    repository.save_notice(uow.session, event.notice_id, event.channel.value, _notice(event))
    note_position(uow)


def _notice(event: NoticeEvent) -> dict[str, Any]:
    return {
        "edition_id": event.edition_id,
        "purpose": event.purpose,
        "recipient_kind": event.recipient.kind.value,
        "outcome": event.event_name().removeprefix("notice_").removeprefix("outcome_"),
        "reason_code": event.reason_code if isinstance(event, NoticeFailed) else None,
    }


async def _save_application(uow: UnitOfWork, event: ApplicationEvent, state: str, values: dict[str, Any]) -> None:
    said = {"reason_codes": None, **values, "state": state, **_ids(event)}
    repository.save_application(uow.session, event.application_id, said)
    note_position(uow)


async def _save_place(
    uow: UnitOfWork,
    event: PlaceEvent,
    state: str,
    booth_codes: Sequence[str],
    *,
    waitlist_position: int | None = None,
    reason_codes: list[str] | None = None,
) -> None:
    said = {
        "state": state,
        "booth_codes": list(booth_codes),
        "waitlist_position": waitlist_position,
        "reason_codes": reason_codes,
        **_ids(event),
    }
    repository.save_place(uow.session, event.application_id, said)
    note_position(uow)


def _ids(event: ApplicationEvent | PlaceEvent) -> dict[str, Any]:
    return {"edition_id": event.edition_id, "vendor_id": event.vendor_id}


def _vendor(vendor: PublicVendor) -> dict[str, Any]:
    return {
        "trade_name": vendor.trade_name,
        "vendor_type": vendor.vendor_type.value,
        "province_code": vendor.province_code,
        "country": vendor.country,
    }


def _products(products: Sequence[ExhibitedProduct]) -> list[dict[str, Any]]:
    return [product.model_dump(mode="json") for product in products]


def _codes(reasons: Sequence[Reason]) -> list[str]:
    return [reason.code for reason in reasons]
