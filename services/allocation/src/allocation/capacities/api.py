"""Another number of booths over HTTP: what it would do, before registration is told to do it."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.capacities import handlers
from allocation.capacities.domain import Capacity, Consequences
from allocation.repairs import repository as known_names
from allocation.repairs.api import RepairMove
from common.contracts.base import Code
from common.tokens import Role
from common.web import Strict, Uow, allow, new_router

router = new_router("capacities")


class ZoneRoom(Strict):
    zone_code: Code
    capacity: Annotated[int, Field(ge=0, le=2_000)]


class CapacityProposal(Strict):
    """How many booths there would be; what registration's ``capacity`` takes, without reason and paper."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"booth_target": 90, "zones": []}]})

    booth_target: Annotated[int, Field(ge=1, le=2_000)]
    zones: Annotated[tuple[ZoneRoom, ...], Field(max_length=100)] = ()


class CapacityPreview(BaseModel):
    """What another number of booths would do now; each of the lists is told its share once, nobody else anything.

    ``lost`` go to the front of the waiting list, ``moves`` keep their place elsewhere, ``joined`` of the waiting list are
    offered booths; old or new booths are empty then. ``starts_run`` tells that a run not yet released is started anew.
    """

    edition_id: UUID
    booth_target: int
    booths_held: int
    booths_held_then: int
    lost: list[RepairMove]
    moves: list[RepairMove]
    joined: list[RepairMove]
    told: int
    starts_run: bool


@router.post("/editions/{edition_id}/capacity-preview", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def preview_capacity(edition_id: UUID, entry: CapacityProposal, uow: Uow) -> CapacityPreview:
    """Show who would lose a place, move or get one with fewer or more booths; nothing is changed and nobody told."""
    capacity = Capacity(entry.booth_target, {zone.zone_code: zone.capacity for zone in entry.zones})
    found = await handlers.foresee(uow, edition_id, capacity)
    return await _view(uow, edition_id, entry.booth_target, found)


async def _view(uow: Uow, edition_id: UUID, booth_target: int, found: Consequences) -> CapacityPreview:
    names = await known_names.get_names(uow.session, edition_id)

    def told(application_id: UUID, old: tuple[str, ...], new: tuple[str, ...]) -> RepairMove:
        return RepairMove(
            application_id=application_id,
            trade_name=names.get(str(application_id), str(application_id)),
            old_booth_codes=old,
            new_booth_codes=new,
        )

    return CapacityPreview(
        edition_id=edition_id,
        booth_target=booth_target,
        booths_held=found.held,
        booths_held_then=found.held_then,
        lost=[told(each.application_id, each.booth_codes, ()) for each in found.lost],
        moves=[told(each.application_id, each.booth_codes, codes) for each, codes in found.moved],
        joined=[told(each.application_id, (), codes) for each, codes in found.joined],
        told=found.told,
        starts_run=found.starts_run,
    )
