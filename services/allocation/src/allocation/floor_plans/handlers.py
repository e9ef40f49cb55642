"""What is done with floor plans."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, NoReturn
from uuid import UUID

from allocation.booths import handlers as booths
from allocation.booths.domain import Booth
from allocation.editions import repository as editions
from allocation.editions.domain import require_up_to_date
from allocation.floor_plans import domain, drawing, repository, workbook, writing
from allocation.floor_plans.domain import FloorPlan, PlanChange, PlanDraft, PlannedBooth, Zone
from allocation.floor_plans.writing import Origin
from allocation.offers import handlers as offers
from allocation.rearrangements import handlers as rearrangements
from allocation.runs import handlers as runs
from common.contracts.allocation import FloorPlanPublished, PlanBooth, PlanZone
from common.contracts.base import LocalText
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError


async def publish_plan(
    uow: UnitOfWork, edition_id: UUID, zones: Sequence[Zone], planned: Sequence[PlannedBooth]
) -> FloorPlan:
    """Publish a plan or a new version of it; raises InvalidInputError with every mistake, and stores nothing then.

    What waited for the plan goes on: first comers get their places, a closed edition its run.
    """
    edition = await editions.lock_edition(uow.session, edition_id)
    require_up_to_date(edition)
    held = await repository.list_holders(uow.session, edition_id)
    problems = list(domain.check_plan(zones, planned, held))
    if problems:
        raise InvalidInputError(problems)
    before = await repository.find_plan(uow.session, edition_id)
    joined = domain.join_neighbours(planned)
    plan = FloorPlan(uow.new_id(), edition_id, before.version + 1 if before else 1, tuple(zones), joined)
    await repository.add_plan(uow.session, plan, uow.now)
    await booths.replace_booths(uow, edition_id, [to_booth(booth) for booth in joined])
    uow.emit(_published(plan))
    await runs.start_run_if_wanted(uow, edition)
    if edition.gives_places:
        await offers.move_list_up(uow, edition)
        await rearrangements.give_or_line_up(uow, edition)
    return plan


async def refuse_plan(uow: UnitOfWork, edition_id: UUID, draft: PlanDraft) -> NoReturn:
    """Raise InvalidInputError with every mistake of a plan that could be read in part; or NotFoundError."""
    await editions.get_edition(uow.session, edition_id)
    held = await repository.list_holders(uow.session, edition_id)
    raise InvalidInputError([*draft.wrong, *domain.check_plan(draft.zones, draft.booths, held)])


async def take_out(
    uow: UnitOfWork, edition_id: UUID, closed: Collection[str], without_power: Collection[str]
) -> FloorPlan:
    """Publish a version without closed booths, and without power where it failed; nobody may hold a closed booth."""
    before = await repository.get_plan(uow.session, edition_id)
    booths_left = tuple(
        replace(
            booth,
            power_sockets=0 if booth.booth_code in without_power else booth.power_sockets,
            neighbours=tuple(code for code in booth.neighbours or () if code not in closed),
        )
        for booth in before.booths
        if booth.booth_code not in closed
    )
    plan = replace(before, floor_plan_id=uow.new_id(), version=before.version + 1, booths=booths_left)
    await repository.add_plan(uow.session, plan, uow.now)
    await booths.replace_booths(uow, edition_id, [to_booth(booth) for booth in booths_left])
    uow.emit(_published(plan))
    return plan


def to_booth(booth: PlannedBooth) -> Booth:
    return Booth(
        booth_code=booth.booth_code,
        zone_code=booth.zone_code,
        area_m2=booth.area_m2,
        corner=booth.corner,
        power_sockets=booth.power_sockets,
        x=booth.x,
        y=booth.y,
        neighbours=booth.neighbours or (),
    )


def _published(plan: FloorPlan) -> FloorPlanPublished:
    return FloorPlanPublished(
        edition_id=plan.edition_id,
        floor_plan_id=plan.floor_plan_id,
        version=plan.version,
        zones=tuple(
            PlanZone(zone_code=zone.zone_code, name=LocalText(vi=zone.name_vi, en=zone.name_en), kind=zone.kind)
            for zone in plan.zones
        ),
        booths=tuple(
            PlanBooth(
                booth_code=booth.booth_code,
                zone_code=booth.zone_code,
                area_m2=booth.area_m2,
                corner=booth.corner,
                power_sockets=booth.power_sockets,
                x=booth.x,
                y=booth.y,
            )
            for booth in plan.booths
        ),
    )


async def draw_plan(uow: UnitOfWork, edition_id: UUID) -> str:
    """Return the street with its holders as SVG; raises NotFoundError."""
    edition = await editions.get_edition(uow.session, edition_id)
    plan = await repository.get_plan(uow.session, edition_id)
    return drawing.draw(plan, edition.name.vi, await repository.list_holders(uow.session, edition_id))


async def write_plan(uow: UnitOfWork, edition_id: UUID) -> bytes:
    """Return the newest plan as a workbook, with what changed since the version before; raises NotFoundError."""
    edition = await editions.get_edition(uow.session, edition_id)
    plan = await repository.get_plan(uow.session, edition_id)
    changes: list[PlanChange] = []
    if plan.version > 1:
        before = await repository.get_version(uow.session, edition_id, plan.version - 1)
        changes = domain.compare_plans(before, plan)
    holders = await repository.list_holders(uow.session, edition_id)
    return workbook.write_workbook(plan, edition.name.vi, holders, changes)


async def map_plan(uow: UnitOfWork, edition_id: UUID, origin: Origin) -> dict[str, Any]:
    """Return the newest plan as GeoJSON; raises NotFoundError."""
    edition = await editions.get_edition(uow.session, edition_id)
    plan = await repository.get_plan(uow.session, edition_id)
    return writing.to_geojson(plan, edition.name.vi, await repository.list_holders(uow.session, edition_id), origin)


async def compare_versions(uow: UnitOfWork, edition_id: UUID, before: int, after: int) -> list[PlanChange]:
    """Return which booths two versions differ in; raises NotFoundError."""
    plans = [await repository.get_version(uow.session, edition_id, version) for version in (before, after)]
    return domain.compare_plans(*plans)
