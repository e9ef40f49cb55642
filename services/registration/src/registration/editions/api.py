"""Editions over HTTP: planned by the organiser, read by everybody."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from common.contracts.base import Code, LegalDocument, Period
from common.contracts.registration import AllocationPolicy, ThemeRegion
from common.tokens import Role
from common.web import Cursor, Limit, Line, Page, Strict, Uow, allow, new_router, page_of, public
from common.web.models import decode_cursor
from registration.editions import handlers, repository
from registration.editions.domain import Days, Edition, QuotaBounds, Text
from registration.papers import handlers as papers

router = new_router("editions")

EDITION_EXAMPLE: JsonDict = {
    "code": "G2-2020",
    "name": {"vi": "Sự kiện giới thiệu sản phẩm OCOP lần thứ 2", "en": "OCOP showcase, second edition"},
    "theme_region": "red_river_delta",
    "province_register": "2020",
    "venue": {"name": {"vi": "Phố đi bộ Trịnh Công Sơn", "en": "Trịnh Công Sơn street"}, "province_code": "01"},
    "planned": {"from": "2020-08-20", "to": "2020-08-24"},
    "official_days": 5,
    "booth_target": 150,
    "registration": {"opens_at": "2020-07-01T01:00:00Z", "closes_at": "2020-07-24T10:00:00Z"},
    "host_agency_codes": ["hn.snn"],
    "executing_agency_codes": ["hn.vpdp"],
    "allocation_policy": "optimal_at_close",
    "quotas": [{"dimension": "country", "code": "foreign", "floor": 6, "ceiling": None}],
}
Codes = Annotated[tuple[Code, ...], Field(max_length=70)]


class TextEntry(Strict):
    vi: Line
    en: Line | None = None

    def to_text(self) -> Text:
        return Text(self.vi, self.en)


class PeriodEntry(Strict):
    """Days, both included."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]

    def to_days(self) -> Days:
        return Days(self.first, self.last)


class VenueEntry(Strict):
    name: TextEntry
    province_code: Code


class WindowEntry(Strict):
    opens_at: AwareDatetime
    closes_at: AwareDatetime


class QuotaEntry(Strict):
    """Bounds in booths; null is no bound."""

    dimension: Annotated[str, Field(max_length=30)]
    code: Code
    floor: Annotated[int, Field(ge=0, le=10_000)] | None = None
    ceiling: Annotated[int, Field(ge=0, le=10_000)] | None = None


class EditionEntry(Strict):
    """A new edition."""

    model_config = ConfigDict(json_schema_extra={"examples": [EDITION_EXAMPLE]})

    code: Code
    name: TextEntry
    theme_region: ThemeRegion
    theme_province_codes: Codes | None = None
    province_register: Code
    venue: VenueEntry
    planned: PeriodEntry
    official_days: Annotated[int, Field(ge=1, le=60)]
    booth_target: Annotated[int, Field(ge=1, le=2_000)]
    registration: WindowEntry
    host_agency_codes: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    executing_agency_codes: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    allocation_policy: AllocationPolicy
    quotas: Annotated[tuple[QuotaEntry, ...], Field(max_length=300)] = ()

    def to_edition(self, edition_id: UUID) -> Edition:
        themed = self.theme_province_codes
        return Edition(
            edition_id=edition_id,
            code=self.code,
            name=self.name.to_text(),
            theme_region=self.theme_region,
            theme_province_codes=None if themed is None else tuple(themed),
            province_register=self.province_register,
            venue_name=self.venue.name.to_text(),
            venue_province_code=self.venue.province_code,
            planned=self.planned.to_days(),
            official_days=self.official_days,
            booth_target=self.booth_target,
            opens_at=self.registration.opens_at,
            closes_at=self.registration.closes_at,
            host_agency_codes=tuple(self.host_agency_codes),
            executing_agency_codes=tuple(self.executing_agency_codes),
            allocation_policy=self.allocation_policy,
            quotas=tuple(QuotaBounds(**quota.model_dump()) for quota in self.quotas),
        )


class ScheduleView(BaseModel):
    """One version of the dates, with the paper that set it."""

    version: int
    planned: Period
    reason_code: str | None
    legal_document: LegalDocument | None
    set_at: datetime


class ActView(BaseModel):
    """What was done to the edition, with its paper."""

    act: str
    state: str
    reason_code: str | None
    legal_document: LegalDocument | None
    done_at: datetime


class EditionView(BaseModel):
    """An edition as everybody may see it."""

    edition_id: UUID
    code: str
    state: str
    name: Text
    theme_region: str
    theme_province_codes: tuple[str, ...] | None
    province_register: str
    venue: dict[str, Text | str]
    planned: Period
    actual: Period | None
    official_days: int
    booth_target: int
    registration: WindowEntry
    host_agency_codes: tuple[str, ...]
    executing_agency_codes: tuple[str, ...]
    allocation_policy: str
    quotas: tuple[QuotaBounds, ...]
    schedule_version: int

    @classmethod
    def of(cls, edition: Edition) -> "EditionView":
        return cls(
            venue={"name": edition.venue_name, "province_code": edition.venue_province_code},
            registration=WindowEntry(opens_at=edition.opens_at, closes_at=edition.closes_at),
            planned=handlers.to_period(edition.planned),
            actual=edition.actual and handlers.to_period(edition.actual),
            **{name: getattr(edition, name) for name in _SAME},
        )


_SAME = sorted(set(EditionView.model_fields) - {"venue", "registration", "planned", "actual"})


class EditionDetail(EditionView):
    """An edition with the history of its dates and all that was done to it."""

    schedule: list[ScheduleView]
    acts: list[ActView]


@router.post("/editions", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def plan_edition(entry: EditionEntry, uow: Uow) -> EditionView:
    """Plan an edition; mistakes are told all at once, quotas that clash by name."""
    return EditionView.of(await handlers.plan_edition(uow, entry.to_edition(uow.new_id())))


@router.get("/editions", dependencies=[public])
async def list_editions(uow: Uow, cursor: Cursor = None, limit: Limit = 50) -> Page[EditionView]:
    """List editions by code."""
    found = await repository.list_editions(uow.session, decode_cursor(cursor), limit + 1)
    return page_of([EditionView.of(edition) for edition in found], limit, lambda edition: edition.code)


@router.get("/editions/{edition_id}", dependencies=[public])
async def get_edition(edition_id: UUID, uow: Uow) -> EditionDetail:
    """Return an edition with every version of its dates and the papers behind it."""
    edition = await repository.get_edition(uow.session, edition_id)
    schedule = await repository.list_schedule(uow.session, edition_id)
    acts = await repository.list_acts(uow.session, edition_id)
    cited = await papers.list_documents(uow, [found.document_id for found in (*schedule, *acts)])
    return EditionDetail(
        **EditionView.of(edition).model_dump(by_alias=True),
        schedule=[
            ScheduleView(
                version=found.version,
                planned=handlers.to_period(found.days),
                reason_code=found.reason_code,
                legal_document=found.document_id and cited[found.document_id],
                set_at=found.set_at,
            )
            for found in schedule
        ],
        acts=[
            ActView(
                act=found.act,
                state=found.state,
                reason_code=found.reason_code,
                legal_document=found.document_id and cited[found.document_id],
                done_at=found.done_at,
            )
            for found in acts
        ],
    )
