"""Suspension, capacity and cancellation over HTTP; new dates are set where applications are looked at again."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from common.contracts.base import Code
from common.tokens import Role
from common.web import Strict, Uow, allow, new_router
from registration.editions.api import EditionView
from registration.editions.handlers import Grounds
from registration.editions.reasons import EditionReason
from registration.papers.api import PAPER_EXAMPLE, PaperEntry
from registration.schedules import handlers
from registration.schedules.handlers import Capacity

router = new_router("schedules")


class Disruption(Strict):
    """Why an edition is suspended or cancelled, and by which paper."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason_code": "covid_19", "legal_document": PAPER_EXAMPLE}]}
    )

    reason_code: EditionReason
    legal_document: PaperEntry | None = None


class ZoneEntry(Strict):
    zone_code: Code
    capacity: Annotated[int, Field(ge=0, le=2_000)]


class CapacityEntry(Strict):
    """How many booths there are now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"booth_target": 90, "zones": [], "reason_code": "covid_19"}]}
    )

    booth_target: Annotated[int, Field(ge=1, le=2_000)]
    zones: Annotated[tuple[ZoneEntry, ...], Field(max_length=100)] = ()
    reason_code: EditionReason
    legal_document: PaperEntry | None = None


@router.post("/editions/{edition_id}/suspension", dependencies=[allow(Role.ORGANISER)])
async def suspend(edition_id: UUID, entry: Disruption, uow: Uow) -> EditionView:
    """Suspend an edition without a new date; places are kept, deadlines stand still."""
    return EditionView.of(await handlers.suspend_edition(uow, edition_id, entry.reason_code, entry.legal_document))


@router.post("/editions/{edition_id}/capacity", dependencies=[allow(Role.ORGANISER)])
async def change_capacity(edition_id: UUID, entry: CapacityEntry, uow: Uow) -> EditionView:
    """Set fewer or more booths."""
    capacity = Capacity(entry.booth_target, tuple((zone.zone_code, zone.capacity) for zone in entry.zones))
    grounds = Grounds(entry.reason_code, entry.legal_document)
    return EditionView.of(await handlers.change_capacity(uow, edition_id, capacity, grounds))


@router.post("/editions/{edition_id}/cancellation", dependencies=[allow(Role.ORGANISER)])
async def cancel(edition_id: UUID, entry: Disruption, uow: Uow) -> EditionView:
    """Call an edition off for good."""
    return EditionView.of(await handlers.cancel_edition(uow, edition_id, entry.reason_code, entry.legal_document))
