"""A small fair to tell: the second edition of 2020 with a few vendors, told as the services tell it."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest
from tests.factories import EDITION_ID, sample
from tests.harness import Harness

from common.contracts.allocation import BoothCheckedIn, BoothConfirmed, BoothOffered, FloorPlanPublished
from common.contracts.base import Event, events_topic
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationSubmitted,
    EditionAnnounced,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
)
from common.delivery.numbering import number_events

NAMES = UUID("01901a2b-0000-7000-8000-0000000000ff")
DAYS = [date(2020, 10, day) for day in (9, 10, 11, 12)]
AFTER_THE_FAIR = datetime(2020, 10, 26, 3, 0, tzinfo=UTC)
PLAN = {
    "type": "CV",
    "number": "3060",
    "notation": "UBND-KT",
    "issued_on": "2020-06-26",
    "issuing_agency_code": "hn.ubnd",
    "title": "Về việc tổ chức sự kiện giới thiệu, quảng bá sản phẩm OCOP năm 2020",
}
SUSPENSION = {
    "type": "TB",
    "number": "15",
    "notation": "TB-BCĐ",
    "issued_on": "2020-08-20",
    "issuing_agency_code": "hn.bcd",
    "title": "Kết luận về công tác phòng, chống dịch Covid-19",
}
RESCHEDULING = {**PLAN, "number": "4101", "issued_on": "2020-09-22", "title": "Về việc điều chỉnh thời gian tổ chức"}


@dataclass(frozen=True)
class Vendor:
    """A made-up vendor with one booth; ``products`` are (name, stars, last valid day)."""

    number: int
    province_code: str | None
    booth_code: str
    products: Sequence[tuple[str, int, str | None]]
    vendor_type: str = "cooperative"
    name: str = ""

    @property
    def application_id(self) -> UUID:
        return uuid5(NAMES, f"application {self.number}")

    @property
    def vendor_id(self) -> UUID:
        return uuid5(NAMES, f"vendor {self.number}")

    @property
    def public(self) -> dict[str, Any]:
        return {
            "trade_name": self.name or f"HTX Nông nghiệp số {self.number}",
            "vendor_type": self.vendor_type,
            "province_code": self.province_code,
            "country": "VN" if self.province_code else "LA",
        }

    @property
    def goods(self) -> list[dict[str, Any]]:
        return [
            {
                "product_id": uuid5(NAMES, f"product {self.number} {name}"),
                "name": name,
                "product_group": "food",
                "stars": stars,
                "recognised_year": 2019 if stars else None,
                "certificate_valid_to": valid_to,
            }
            for name, stars, valid_to in self.products
        ]

    def ids(self) -> dict[str, Any]:
        return {"application_id": self.application_id, "vendor_id": self.vendor_id}

    def registration(self) -> list[Event]:
        return [
            sample(ApplicationSubmitted, **self.ids(), vendor=self.public, products=self.goods),
            sample(ApplicationAccepted, **self.ids(), vendor=self.public, products=self.goods),
        ]

    def allocation(self, days: Sequence[date] = DAYS) -> list[Event]:
        booths = {"booth_codes": (self.booth_code,)}
        return [
            sample(BoothOffered, **self.ids(), **booths),
            sample(BoothConfirmed, **self.ids(), **booths),
            *(sample(BoothCheckedIn, **self.ids(), **booths, on=day) for day in days),
        ]


VENDORS = (
    Vendor(1, "01", "A01", (("Bánh cốm Hàng Than", 4, "2022-12-30"), ("Trà sen Tây Hồ", 3, "2020-10-11")), "household"),
    Vendor(2, "27", "A02", (("Tương Đình Tổ", 5, "2021-06-30"),), name="=HTX A&B <Bắc Ninh>"),
    Vendor(3, "02", "B01", (("Chè Shan tuyết", 4, "2020-10-12"), ("Mật ong bạc hà", 0, None)), "company"),
    Vendor(4, None, "B02", (("Cà phê Bolaven", 0, None),), "company"),
)


def announced(**changes: Any) -> EditionAnnounced:
    provinces = ["01", "26", "27", "30", "31", "33", "34", "35", "36", "37"]
    values = {
        "name": {
            "vi": "Sự kiện giới thiệu, quảng bá sản phẩm OCOP gắn với văn hóa các tỉnh đồng bằng sông Hồng năm 2020"
        },
        "booth_target": 4,
        "legal_document": PLAN,
        "theme_province_codes": provinces,
        "province_register": "2020",
        "executing_agency_codes": ["hn.vpdp"],
    }
    return sample(EditionAnnounced, **{**values, **changes})


def floor_plan(booths: Sequence[str] = ("A01", "A02", "B01", "B02")) -> FloorPlanPublished:
    zones = sorted({code[0] for code in booths})
    return sample(
        FloorPlanPublished,
        zones=[{"zone_code": zone, "name": {"vi": f"Khu {zone}", "en": None}, "kind": "common"} for zone in zones],
        booths=[
            {
                "booth_code": code,
                "zone_code": code[0],
                "area_m2": 9,
                "corner": False,
                "power_sockets": 1,
                "x": 0,
                "y": 0,
            }
            for code in booths
        ],
    )


def life() -> list[Event]:
    """The edition's own life up to the first day: planned, suspended, rescheduled, started."""
    return [
        announced(),
        sample(RegistrationClosed, submitted=9, accepted=4, pending=0),
        sample(EditionSuspended, legal_document=SUSPENSION),
        sample(EditionRescheduled, legal_document=RESCHEDULING),
        sample(EditionStarted),
    ]


def ended() -> EditionEnded:
    return sample(EditionEnded)


def story(vendors: Sequence[Vendor] = VENDORS) -> tuple[list[Event], list[Event]]:
    """What registration tells and what allocation tells, up to the last day."""
    first, *rest = life()
    registration = [first, *(event for vendor in vendors for event in vendor.registration()), *rest]
    plan = floor_plan([vendor.booth_code for vendor in vendors])
    return registration, [plan, *(event for vendor in vendors for event in vendor.allocation())]


@dataclass
class Fair:
    """A fair in the service under test."""

    service: Harness

    async def tell(self, *, over: bool = True, vendors: Sequence[Vendor] = VENDORS) -> None:
        registration, allocation = story(vendors)
        self.service.clock.set(AFTER_THE_FAIR)
        await self.service.deliver(*registration, *([ended()] if over else []), *allocation)

    async def enter(self, role: Any, *entries: dict[str, Any], **claims: Any) -> Any:
        async with self.service.client(role, **claims) as client:
            return await client.post(f"/reporting/editions/{EDITION_ID}/day-figures", json={"entries": list(entries)})

    async def number_own_events(self) -> None:
        """Give the service's own events their positions, as the relay does."""
        async with self.service.service.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            while (await number_events(raw, events_topic("reporting"), 500)).events:
                pass

    async def figures(self, role: Any, on: date | None = None) -> dict[str, Any]:
        query = "" if on is None else f"?on={on}"
        async with self.service.client(role) as client:
            answer = await client.get(f"/reporting/editions/{EDITION_ID}/figures{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def fair(reporting: Harness) -> AsyncGenerator[Fair]:
    yield Fair(reporting)
    await reporting.app.state.desk.renderer.close()
