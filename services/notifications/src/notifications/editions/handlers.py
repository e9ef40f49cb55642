"""Keeps what notices print about editions: names, dates, papers, booths."""

from typing import Any

from common.contracts.allocation import AllocationRunReleased, FloorPlanPublished
from common.contracts.base import LegalDocument
from common.contracts.registration import EditionAnnounced, EditionCancelled, EditionRescheduled, EditionSuspended
from common.delivery.unit_of_work import UnitOfWork
from notifications.editions import repository


async def record_edition(uow: UnitOfWork, event: EditionAnnounced) -> None:
    """Store an announced edition; notices that wait for it find it by themselves."""
    values = {
        "name": event.name.model_dump(),
        "venue_name": event.venue.name.model_dump(),
        "first_on": event.planned.first,
        "last_on": event.planned.last,
        "closes_at": event.registration.closes_at,
        "plan_paper": _dump(event.legal_document),
        "schedule_paper": None,
        "is_suspended": False,
        "is_cancelled": False,
    }
    await repository.save_edition(uow.session, event.edition_id, values)


async def record_suspension(uow: UnitOfWork, event: EditionSuspended) -> None:
    await repository.change_edition(uow.session, event.edition_id, is_suspended=True)


async def record_new_dates(uow: UnitOfWork, event: EditionRescheduled) -> None:
    await repository.change_edition(
        uow.session,
        event.edition_id,
        first_on=event.new.first,
        last_on=event.new.last,
        schedule_paper=_dump(event.legal_document),
        is_suspended=False,
    )


async def record_cancellation(uow: UnitOfWork, event: EditionCancelled) -> None:
    await repository.change_edition(uow.session, event.edition_id, is_cancelled=True)


async def record_floor_plan(uow: UnitOfWork, event: FloorPlanPublished) -> None:
    """Store the newest plan's booths; plans of an edition come in order, they share its key."""
    zones = {zone.zone_code: zone.name.model_dump() for zone in event.zones}
    booths: list[dict[str, Any]] = [
        {
            "booth_code": booth.booth_code,
            "zone_name": zones.get(booth.zone_code),
            "area_m2": booth.area_m2,
            "corner": booth.corner,
            "power_sockets": booth.power_sockets,
        }
        for booth in event.booths
    ]
    await repository.replace_booths(uow.session, event.edition_id, booths)


async def record_release(uow: UnitOfWork, event: AllocationRunReleased) -> None:
    await repository.save_released_run(uow.session, event.run_id, _dump(event.legal_document))


def _dump(document: LegalDocument | None) -> dict[str, Any] | None:
    return None if document is None else document.model_dump(mode="json")
