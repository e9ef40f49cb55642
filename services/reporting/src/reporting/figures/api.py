"""HTTP: the figures of an edition or of one of its days, each with definition and source."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from common.contracts.base import LocalText, ReportedFigure
from common.tokens import Role
from common.web import Day, Uow, allow, new_router
from reporting.day_figures.handlers import to_reported
from reporting.figures import domain, handlers, repository

router = new_router("figures")


class CoverageView(BaseModel):
    """How many of the manned booths are in a sum."""

    reported: int
    manned: int


class FigureView(BaseModel):
    """A figure with its meaning; ``part`` names the part of its indicator, empty for the whole."""

    id: str
    part: str
    name: LocalText
    figure: ReportedFigure | None
    definition: LocalText
    source: str
    coverage: CoverageView | None = None


class FiguresView(BaseModel):
    """All figures as counted up to ``positions``: the last ``ce_sequence`` of each source for this edition.

    ``unnumbered`` figures were entered a moment ago and have no position yet; ``parked`` subjects are not counted.
    """

    edition_id: UUID
    on: date | None
    positions: dict[str, int]
    unnumbered: int
    parked: int
    figures: list[FigureView]


@router.get("/editions/{edition_id}/figures", dependencies=[allow(Role.ORGANISER, Role.CLERK, Role.COMMITTEE)])
async def read_figures(
    edition_id: UUID,
    uow: Uow,
    on: Annotated[Day | None, Query(description="only this day of the fair")] = None,
) -> FiguresView:
    """Return every figure that exists now, unknown ones as null; percentages are in tenths."""
    found = await handlers.get_figures(uow, edition_id, on)
    return FiguresView(
        edition_id=edition_id,
        on=on,
        positions=dict(found.facts.positions),
        unnumbered=found.facts.unnumbered,
        parked=found.facts.parked,
        figures=[_view(found, name) for name in found.figures],
    )


def _view(found: domain.FigureSet, name: str) -> FigureView:
    indicator = repository.get_indicators()[domain.indicator_id(name)]
    figure, coverage = found.figure(name), found.coverage.get(name)
    return FigureView(
        id=name,
        part=domain.part_of(name),
        name=LocalText(vi=indicator.name_vi, en=indicator.name_en),
        figure=None if figure is None else to_reported(figure),
        definition=LocalText(vi=indicator.definition_vi, en=indicator.definition_en),
        source=indicator.source,
        coverage=None if coverage is None else CoverageView(reported=coverage.reported, manned=coverage.manned),
    )
