"""HTTP: entry of a fair day's figures."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router
from reporting.day_figures import handlers
from reporting.day_figures.domain import Figure, Measure, Qualifier
from reporting.entries.domain import DraftEntry

router = new_router("day figures")

MOST_ENTRIES = 1000
LARGEST = 10**15


class FigureIn(Strict):
    """A figure as reported; unknown is null in its place, never 0."""

    value: Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)]
    qualifier: Qualifier = Qualifier.EXACT
    is_estimate: bool = False

    def to_domain(self) -> Figure:
        return Figure(self.value, self.qualifier, self.is_estimate)


class EntryIn(Strict):
    """Figures of one place on one day; exactly one of the three codes."""

    on: date
    booth_code: Code | None = None
    zone_code: Code | None = None
    gate_code: Code | None = None
    visits: FigureIn | None = None
    sales_vnd: FigureIn | None = None
    ocop_sales_vnd: FigureIn | None = None
    contracts: FigureIn | None = None
    memoranda: FigureIn | None = None

    def to_domain(self) -> DraftEntry:
        figures: dict[Measure, FigureIn | None] = {
            Measure.VISITS: self.visits,
            Measure.SALES_VND: self.sales_vnd,
            Measure.OCOP_SALES_VND: self.ocop_sales_vnd,
            Measure.CONTRACTS: self.contracts,
            Measure.MEMORANDA: self.memoranda,
        }
        return DraftEntry(
            on=self.on,
            booth_code=self.booth_code,
            zone_code=self.zone_code,
            gate_code=self.gate_code,
            figures={measure: None if figure is None else figure.to_domain() for measure, figure in figures.items()},
        )


class DayFiguresIn(Strict):
    """Entries of one request; all of them are stored, or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "entries": [
                    {
                        "on": "2020-10-09",
                        "booth_code": "A01",
                        "sales_vnd": {"value": 12500000, "qualifier": "more_than", "is_estimate": True},
                    },
                    {"on": "2020-10-09", "gate_code": "gate-lake", "visits": {"value": 7000, "qualifier": "more_than"}},
                ]
            }
        },
    )

    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=MOST_ENTRIES)]


class EntriesRecorded(BaseModel):
    """The ids of the entries, in the order sent."""

    entry_ids: list[UUID]


@router.post(
    "/editions/{edition_id}/day-figures",
    status_code=201,
    dependencies=[allow(Role.INSPECTOR, Role.ORGANISER, Role.VENDOR)],
)
async def record_day_figures(edition_id: UUID, body: DayFiguresIn, uow: Uow, caller: Caller) -> EntriesRecorded:
    """Enter figures as the caller's role; the second word of one source on the same place and day replaces the first."""
    is_vendor = caller.role is Role.VENDOR
    entry_ids = await handlers.record_day_figures(
        uow,
        edition_id,
        [entry.to_domain() for entry in body.entries],
        source=caller.role.value,
        entered_by=caller.subject,
        vendor_id=(caller.vendor_id or UUID(int=0)) if is_vendor else None,
    )
    return EntriesRecorded(entry_ids=entry_ids)
