"""Runs side by side over HTTP."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel

from allocation.comparisons import handlers
from allocation.comparisons.domain import MOST_RUNS
from allocation.comparisons.links import sign
from common.tokens import Role
from common.web import Uow, allow, new_router

router = new_router("runs")

RunIds = Annotated[list[UUID], Query(max_length=MOST_RUNS + 1, description="a run to compare; name two to five")]


class ComparedRun(BaseModel):
    run_id: UUID
    state: str
    status: str
    placed: int
    waitlisted: int
    pins: int
    problems: list[str]


class ValueAndBound(BaseModel):
    value: int
    bound: int


class ObjectiveRow(BaseModel):
    """An objective in each run, in the order asked for; null where a run has no such pass."""

    name: str
    vi: str
    en: str
    values: list[ValueAndBound | None]
    differs: bool


class Share(BaseModel):
    applications: int
    placed: int
    booths_held: int
    share_permille: int


class SharesOfGroup(BaseModel):
    """A group's share in each run; null where it is told together with other small groups."""

    code: str
    vi: str
    en: str
    floor: int | None
    ceiling: int | None
    values: list[Share | None]


class SharesByDimension(BaseModel):
    dimension: str
    vi: str
    en: str
    rows: list[SharesOfGroup]


class MoveView(BaseModel):
    """The booths of an application in each run, none where it has no place."""

    application_id: UUID
    trade_name: str
    points: int
    booth_codes: list[list[str]]


class Comparison(BaseModel):
    """Runs side by side; ``page`` is the same to read without a token, behind a signed link."""

    edition_id: UUID
    runs: list[ComparedRun]
    objectives: list[ObjectiveRow]
    shares: list[SharesByDimension]
    moves: list[MoveView]
    page: str


@router.get("/editions/{edition_id}/comparison", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def compare_runs(edition_id: UUID, run: RunIds, request: Request, uow: Uow) -> Comparison:
    """Put two to five runs side by side: objectives, shares, and who stands elsewhere."""
    found = await handlers.compare_runs(uow, edition_id, run)
    token = sign(request.app.state.service.settings.link_key.get_secret_value(), edition_id, run)
    query = urlencode([*(("run", str(each)) for each in run), ("token", token)])
    return Comparison.model_validate({**found, "page": f"/allocation/editions/{edition_id}/comparison-page?{query}"})
