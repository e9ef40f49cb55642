"""Folds back a floor plan that was told; which booths are neighbours it did not say."""

from collections.abc import Mapping
from dataclasses import replace

from allocation.booths import handlers as booths
from allocation.floor_plans import domain, repository
from allocation.floor_plans.domain import FloorPlan, PlannedBooth, Zone
from allocation.floor_plans.handlers import to_booth
from allocation.resumptions import repository as resumptions
from common.contracts.allocation import FloorPlanPublished
from common.delivery.settling import NOTHING, REAPPLIED, Settled, by_hand, told_at
from common.delivery.unit_of_work import UnitOfWork

LOOK_AT_NEIGHBOURS = by_hand(
    "Sơ đồ đã được ghi lại; gian liền kề được tính theo tọa độ. Nếu tệp gốc có ghi gian liền kề thì hãy công bố lại sơ đồ.",
    "The plan is folded back, with neighbours by their coordinates. Where its file named neighbours, publish it again.",
)


async def recall_plan(uow: UnitOfWork, event: FloorPlanPublished) -> Settled:
    """Let the plan be in force again; what is to be found on it is found anew once the edition goes on."""
    await resumptions.begin(uow.session, event.edition_id)
    newest = await repository.find_plan(uow.session, event.edition_id)
    if newest is not None and newest.version >= event.version:
        return NOTHING
    known = {each.booth_code: each for each in newest.booths} if newest else {}
    plan = _to_plan(event, known)
    await repository.add_plan(uow.session, plan, told_at(uow))
    await booths.replace_booths(uow, event.edition_id, [to_booth(booth) for booth in plan.booths])
    await resumptions.put_off_run(uow.session, event.edition_id)
    return REAPPLIED if all(_is_same_spot(each, known) for each in plan.booths) else LOOK_AT_NEIGHBOURS


def _to_plan(event: FloorPlanPublished, known: Mapping[str, PlannedBooth]) -> FloorPlan:
    planned = [PlannedBooth(**each.model_dump()) for each in event.booths]
    codes = {each.booth_code for each in planned}
    here = {each.booth_code: each for each in domain.join_neighbours(planned)}
    as_before = {
        code: replace(booth, neighbours=tuple(each for each in known[code].neighbours or () if each in codes))
        for code, booth in here.items()
        if _is_same_spot(booth, known)
    }
    zones = tuple(Zone(each.zone_code, each.name.vi, each.name.en, each.kind) for each in event.zones)
    joined = domain.join_neighbours([as_before.get(code, booth) for code, booth in here.items()])
    return FloorPlan(event.floor_plan_id, event.edition_id, event.version, zones, joined)


def _is_same_spot(booth: PlannedBooth, known: Mapping[str, PlannedBooth]) -> bool:
    before = known.get(booth.booth_code)
    return before is not None and (before.zone_code, before.x, before.y) == (booth.zone_code, booth.x, booth.y)
