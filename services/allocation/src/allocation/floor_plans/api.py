"""Floor plans over HTTP."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel

from allocation.floor_plans import handlers, repository
from allocation.floor_plans.domain import FloorPlan, PlanChange, PlanDraft, PlannedBooth, Zone
from allocation.floor_plans.reading import PostedPlan
from allocation.floor_plans.writing import Origin
from common.tokens import Role
from common.web import Uow, allow, new_router, public

router = new_router("floor plans")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PublishedView(BaseModel):
    floor_plan_id: UUID
    version: int


class FloorPlanView(PublishedView):
    """A plan with the holder of each booth that has one."""

    edition_id: UUID
    zones: list[dict[str, str | None]]
    booths: list["BoothView"]


class BoothView(BaseModel):
    booth_code: str
    zone_code: str
    area_m2: float
    corner: bool
    power_sockets: int
    x: float
    y: float
    neighbours: tuple[str, ...]
    trade_name: str | None


@router.post("/editions/{edition_id}/floor-plans", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def publish_plan(edition_id: UUID, entry: PostedPlan, uow: Uow) -> PublishedView:
    """Publish a plan or a new version; all mistakes are named by row, whatever they are, and nothing is stored."""
    if isinstance(entry, PlanDraft):
        await handlers.refuse_plan(uow, edition_id, entry)
    zones = [Zone(each.zone_code, each.name.vi, each.name.en, each.kind) for each in entry.zones]
    booths = [PlannedBooth(**each.model_dump()) for each in entry.booths]
    plan = await handlers.publish_plan(uow, edition_id, zones, booths)
    return PublishedView(floor_plan_id=plan.floor_plan_id, version=plan.version)


@router.get("/editions/{edition_id}/floor-plan", dependencies=[public])
async def read_plan(edition_id: UUID, uow: Uow) -> FloorPlanView:
    """Return the newest version of the plan with who holds which booth."""
    plan = await repository.get_plan(uow.session, edition_id)
    return _to_view(plan, await repository.list_holders(uow.session, edition_id))


def _to_view(plan: FloorPlan, holders: dict[str, str]) -> FloorPlanView:
    booths = [
        BoothView.model_validate({**vars(booth), "trade_name": holders.get(booth.booth_code)}) for booth in plan.booths
    ]
    return FloorPlanView(
        floor_plan_id=plan.floor_plan_id,
        version=plan.version,
        edition_id=plan.edition_id,
        zones=[vars(zone) for zone in plan.zones],
        booths=booths,
    )


@router.get(
    "/editions/{edition_id}/floor-plan.svg",
    dependencies=[public],
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
async def read_drawing(edition_id: UUID, uow: Uow) -> Response:
    """Return the street drawn, with a text for readers of screens."""
    return Response(await handlers.draw_plan(uow, edition_id), media_type="image/svg+xml")


class FieldChange(BaseModel):
    field: str
    before: str
    after: str


class PlanChangeView(BaseModel):
    """A booth added, removed or changed between two versions."""

    booth_code: str
    kind: str
    fields: list[FieldChange]

    @classmethod
    def of(cls, change: PlanChange) -> "PlanChangeView":
        fields = [
            FieldChange(field=name, before=str(before), after=str(after))
            for name, (before, after) in change.fields.items()
        ]
        return cls(booth_code=change.booth_code, kind=change.kind, fields=fields)


Version = Annotated[int, Query(ge=1, le=1_000_000, description="a version of the plan, from 1")]


@router.get("/editions/{edition_id}/floor-plan-changes", dependencies=[public])
async def read_changes(edition_id: UUID, before: Version, after: Version, uow: Uow) -> list[PlanChangeView]:
    """Return which booths two versions of the plan differ in, and how."""
    found = await handlers.compare_versions(uow, edition_id, before, after)
    return [PlanChangeView.of(each) for each in found]


@router.get(
    "/editions/{edition_id}/floor-plan.geojson",
    dependencies=[public],
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}}},
)
async def read_map(edition_id: UUID, request: Request, uow: Uow) -> Response:
    """Return the plan as GeoJSON (RFC 7946), booths as polygons with their holders."""
    settings = request.app.state.service.settings
    origin = Origin(settings.plan_longitude, settings.plan_latitude, settings.plan_bearing)
    found = await handlers.map_plan(uow, edition_id, origin)
    return Response(json.dumps(found, ensure_ascii=False), media_type="application/geo+json")


@router.get(
    "/editions/{edition_id}/floor-plan.xlsx",
    dependencies=[public],
    response_class=Response,
    responses={200: {"content": {WORKBOOK: {}}}},
)
async def read_workbook(edition_id: UUID, uow: Uow) -> Response:
    """Return the plan as a workbook: booths with holders, zones, and what changed since the version before."""
    headers = {"Content-Disposition": f'attachment; filename="floor-plan-{edition_id}.xlsx"'}
    return Response(await handlers.write_plan(uow, edition_id), media_type=WORKBOOK, headers=headers)
