"""What allocation takes note of when registration tells of an application."""

from uuid import UUID

from allocation.applications import domain, repository
from allocation.applications.domain import Application, ApplicationState, Product
from common.contracts.base import Reason
from common.contracts.registration import ApplicationAccepted, ApplicationRevoked, ApplicationWithdrawn
from common.delivery.unit_of_work import UnitOfWork

FIRST_EVENT = "first_event"
"""The merit for it: an acceptance told by an older version says it by its points alone."""


async def note_accepted(uow: UnitOfWork, event: ApplicationAccepted) -> None:
    """Take an accepted application in, also one whose edition is not known yet."""
    await repository.save_application(uow.session, to_application(event), uow.now)


def to_application(event: ApplicationAccepted) -> Application:
    """Return what allocation keeps of an accepted application."""
    vendor, wishes = event.vendor, event.wishes
    products = [
        Product(each.name, each.product_group, each.stars, each.certificate_valid_to) for each in event.products
    ]
    merits = {each.code: _points(each) for each in event.priority.reasons}
    return Application(
        application_id=event.application_id,
        edition_id=event.edition_id,
        vendor_id=event.vendor_id,
        trade_name=vendor.trade_name,
        vendor_type=str(vendor.vendor_type),
        province_code=vendor.province_code,
        country=vendor.country,
        product_group=domain.best_group(products),
        booths_granted=min(event.booths_granted, domain.MOST_BOOTHS),
        zone_codes=wishes.zone_codes or None,
        corner=bool(wishes.corner),
        power=bool(wishes.power),
        not_beside_group=wishes.not_beside_group,
        points=event.priority.points,
        draw_key=domain.make_draw_key(vendor.trade_name, vendor.province_code, vendor.country, products),
        state=ApplicationState.ACCEPTED,
        stars=domain.best_stars(products),
        lapsed_on=domain.lapsed_certificate(products),
        merits=merits,
        cooking=bool(wishes.cooking),
        is_first_event=FIRST_EVENT in merits if event.is_first_event is None else event.is_first_event,
        nominated_by=event.nominating_province_code,
        rank=event.nomination_rank,
    )


def _points(reason: Reason) -> int:
    told = reason.data.get("points")
    return told if isinstance(told, int) else 0


async def note_withdrawn(uow: UnitOfWork, event: ApplicationWithdrawn) -> None:
    """Remember a withdrawal; one of an application never accepted is no business of allocation."""
    await _note_left(uow, event.application_id, ApplicationState.WITHDRAWN)


async def note_revoked(uow: UnitOfWork, event: ApplicationRevoked) -> None:
    await _note_left(uow, event.application_id, ApplicationState.REVOKED)


async def _note_left(uow: UnitOfWork, application_id: UUID, state: ApplicationState) -> None:
    """Remember the event too: who is left out of a release is told with what it rests on."""
    departure = {"left_at": uow.now.isoformat(), "event_id": None if uow.cause is None else uow.cause.id}
    await repository.mark_application(uow.session, application_id, state, departure)
