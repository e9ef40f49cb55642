"""Folds who takes part: the dossier's state from registration, the place's state from allocation."""

from typing import Any

from common.contracts.allocation import BoothReleased, PlaceEvent
from common.contracts.registration import ApplicationAccepted, ApplicationEvent, ApplicationSubmitted
from common.unit_of_work import UnitOfWork
from notifications.participations import repository

ASKED_AGAIN = "asked_again"


async def record_submission(uow: UnitOfWork, event: ApplicationSubmitted) -> None:
    facts = {"trade_name": event.vendor.trade_name, "nominating_agency_code": event.nominating_agency_code}
    await _save(uow, event, {"dossier_state": event.event_name(), **facts})


async def record_acceptance(uow: UnitOfWork, event: ApplicationAccepted) -> None:
    support = None if event.support is None else event.support.model_dump(mode="json")
    facts = {"trade_name": event.vendor.trade_name, "support": support}
    await _save(uow, event, {"dossier_state": event.event_name(), **facts})


async def record_decision(uow: UnitOfWork, event: ApplicationEvent) -> None:
    """Store that an application was returned, rejected, revoked or withdrawn."""
    await _save(uow, event, {"dossier_state": event.event_name()})


async def record_place(uow: UnitOfWork, event: PlaceEvent) -> None:
    """Store what became of a place; the application may be heard of here first."""
    if isinstance(event, BoothReleased) and event.reason_code == ASKED_AGAIN:
        return  # the new offer is the other half of this step
    await _save(uow, event, {"place_state": event.event_name()})


async def _save(uow: UnitOfWork, event: ApplicationEvent | PlaceEvent, facts: dict[str, Any]) -> None:
    await repository.save_facts(uow.session, event.application_id, event.edition_id, event.vendor_id, facts)
