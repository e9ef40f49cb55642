"""Folds who takes part: the dossier's state from registration, the place's state from allocation."""

from typing import Any

from common.contracts.allocation import ApplicationClosedUnplaced, BoothReleased, PlaceEvent
from common.contracts.registration import ApplicationAccepted, ApplicationEvent, ApplicationSubmitted
from common.delivery.unit_of_work import UnitOfWork
from notifications.participations import repository
from notifications.participations.domain import ASKED_AGAIN, FEWER_BOOTHS

# Releases that do not end a participation: the new offer, the place in the line, or the edition's cancellation is the other
# half of the step.
NOT_LOST = frozenset({ASKED_AGAIN, FEWER_BOOTHS, "edition_cancelled"})


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
    """Store what became of a place; the application may be heard of here first.

    A cancelled edition's releases may be heard of before the cancellation, which their holders must be told of still.
    """
    if isinstance(event, BoothReleased | ApplicationClosedUnplaced) and event.reason_code in NOT_LOST:
        return
    await _save(uow, event, {"place_state": event.event_name()})


async def _save(uow: UnitOfWork, event: ApplicationEvent | PlaceEvent, facts: dict[str, Any]) -> None:
    repository.save_facts(uow.session, event.application_id, event.edition_id, event.vendor_id, facts)
