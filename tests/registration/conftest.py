"""A world for registration's tests: an edition with agencies, rows of nominations, and steps over HTTP."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.harness import Harness

from common.tokens import Role

Json = dict[str, Any]
OPEN = datetime(2020, 7, 8, 2, 0, tzinfo=UTC)
PAPER: Json = {
    "type": "KH",
    "number": "100",
    "notation": "KH-UBND",
    "issued_on": "2020-05-15",
    "issuing_agency_code": "hn.ubnd",
    "title": "Kế hoạch chỉ đạo điểm",
}
EDITION: Json = {
    "code": "G2-2020",
    "name": {"vi": "Sự kiện OCOP đồng bằng sông Hồng", "en": "OCOP showcase"},
    "theme_region": "red_river_delta",
    "province_register": "2020",
    "venue": {"name": {"vi": "Phố đi bộ Trịnh Công Sơn"}, "province_code": "01"},
    "planned": {"from": "2020-08-20", "to": "2020-08-24"},
    "official_days": 5,
    "booth_target": 150,
    "registration": {"opens_at": "2020-07-01T01:00:00Z", "closes_at": "2020-07-24T10:00:00Z"},
    "host_agency_codes": ["hn.snn"],
    "executing_agency_codes": ["hn.vpdp"],
    "allocation_policy": "optimal_at_close",
    "quotas": [{"dimension": "country", "code": "foreign", "floor": 6, "ceiling": None}],
}
PAPERS = (
    "business_registration",
    "food_safety_certificate",
    "product_declaration",
    "applied_standard",
    "label",
    "traceability",
)


ASKED: Json = {"paper": "Đơn xin rút số 03/HTX", "issued_on": "2020-07-06"}
"""A vendor's letter, by which an organiser withdraws its application."""


def make_tax_id(number: int) -> str:
    """Return a tax number with its check digit, of the block 01999."""
    digits = f"01999{number:04d}"
    total = sum(int(one) * weight for one, weight in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True))
    check = 10 - total % 11
    return f"{digits}{check}" if check < 10 else make_tax_id(number + 5000)


def a_product(**changes: Any) -> Json:
    product: Json = {
        "name": "Chè Shan tuyết",
        "product_group": "beverage",
        "stars": 4,
        "recognised_year": 2019,
        "decision": {"number": "1010", "notation": "QĐ-UBND", "issued_on": "2019-11-11", "level": "province"},
        "certificate": {"number": "HG-010", "issued_on": "2019-11-11"},
        "class": None,
        "processed_packaged": True,
        "imported": False,
        "origin": "Hoàng Su Phì",
    }
    return {**product, **changes}


def a_row(number: int = 1, **changes: Any) -> Json:
    """Return a vendor's entry: a cooperative of Hà Giang with one product of four stars and all papers."""
    row: Json = {
        "vendor": {
            "legal_name": f"Hợp tác xã Chè Phìn Hồ {number}",
            "trade_name": f"HTX Chè Phìn Hồ {number}",
            "vendor_type": "cooperative",
            "tax_id": make_tax_id(number),
            "registration_number": None,
            "province_code": "02",
            "country": "VN",
            "address": "Hoàng Su Phì, địa chỉ mẫu",
            "representative": "Nguyễn Thị Mẫu",
        },
        "contact": {
            "display_name": "Nguyễn Thị Mẫu",
            "email": f"mau{number}@example.com",
            "phone": "0912 345 678",
            "language": "vi",
            "preferred_channels": ["email"],
            "may_be_told": ["all"],
        },
        "products": [a_product()],
        "documents": [{"kind": kind} for kind in PAPERS],
        "booths_wanted": 1,
        "wishes": {"zone_codes": None, "corner": None, "power": None, "not_beside_group": None},
    }
    for path, value in changes.items():
        _put(row, path.split("__"), deepcopy(value))
    return row


def _put(target: Json, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value


def a_foreign_row(number: int = 900, **changes: Any) -> Json:
    """Return a Lao vendor of coffee, invited, with the papers of imported goods."""
    papers = (*PAPERS, "organiser_invitation", "vn_sublabel", "import_inspection")
    row = a_row(
        number,
        vendor__legal_name=f"Dao Coffee {number}",
        vendor__vendor_type="company",
        vendor__tax_id=None,
        vendor__province_code=None,
        vendor__country="LA",
        contact__phone="+856 20 5555 0000",
        products=[
            a_product(name="Cà phê Lào", stars=0, decision=None, certificate=None, recognised_year=None, imported=True)
        ],
        documents=[{"kind": kind} for kind in papers],
    )
    for path, value in changes.items():
        _put(row, path.split("__"), value)
    return row


def errors_of(answer: httpx.Response) -> dict[str, str]:
    """Return field to code of a refusal, which speaks both languages."""
    found: list[Json] = answer.json()["errors"]
    assert all(one["vi"] and one["en"] for one in found)
    return {one["field"]: one["code"] for one in found}


@dataclass
class World:
    """Steps over HTTP, as the right people, against one service."""

    harness: Harness
    edition_id: str = ""

    async def call(self, method: str, path: str, role: Role, body: Json | None = None, **claims: Any) -> httpx.Response:
        async with self.harness.client(role, **claims) as client:
            return await client.request(method, f"/registration{path}", json=body)

    async def ok(self, method: str, path: str, role: Role, body: Json | None = None, **claims: Any) -> Json:
        answer = await self.call(method, path, role, body, **claims)
        assert answer.is_success, answer.text
        return answer.json()

    async def add_agency(self, code: str, province_code: str | None = "01", level: str = "city") -> None:
        entry = {"name_vi": f"Cơ quan {code}", "level": level, "valid_from": "2020-01-01"}
        await self.ok("PUT", f"/agencies/{code}", Role.ORGANISER, {**entry, "province_code": province_code})

    async def act(self, name: str, body: Json | None = None) -> httpx.Response:
        return await self.call("POST", f"/editions/{self.edition_id}/{name}", Role.ORGANISER, body or {})

    async def plan(self, **changes: Any) -> httpx.Response:
        return await self.call("POST", "/editions", Role.ORGANISER, {**EDITION, **changes})

    async def nominate(self, *rows: Json, agency: str = "hg.snn", province: str | None = "02") -> httpx.Response:
        ranked = [{"rank": place, **row} for place, row in enumerate(rows, 1)]
        paper = {**PAPER, "type": "CV", "number": "215", "notation": "SNN-PTNT", "issuing_agency_code": agency}
        body = {"agency_code": agency, "legal_document": paper, "rows": ranked}
        path = f"/editions/{self.edition_id}/nominations"
        claims = {"agency_code": agency} | ({"province_code": province} if province else {})
        return await self.call("POST", path, Role.PROVINCE, body, **claims)

    async def apply(self, row: Json, **claims: Any) -> httpx.Response:
        return await self.call("POST", f"/editions/{self.edition_id}/applications", Role.VENDOR, row, **claims)

    async def drafted(self, row: Json | None = None) -> Json:
        """Return the draft that a nomination of one vendor becomes."""
        answer = await self.nominate(row or a_row())
        assert answer.status_code == 201, answer.text
        return answer.json()["rows"][0]

    async def submit(self, draft: Json, **changes: Any) -> httpx.Response:
        body = {"undertaking": True, "consents": [{"purpose": "take_part", "text_version": "2020-07"}], **changes}
        path = f"/applications/{draft['application_id']}/submission"
        return await self.call("POST", path, Role.VENDOR, body, vendor_id=draft["vendor_id"])

    async def submitted(self, row: Json | None = None) -> Json:
        answer = await self.submit(await self.drafted(row))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def decide(self, application: Json, decision: str, **more: Any) -> httpx.Response:
        claims = {name: more.pop(name) for name in ("agency_code", "province_code", "subject") if name in more}
        path = f"/applications/{application['application_id']}/decisions"
        return await self.call("POST", path, Role.REVIEWER, {"decision": decision, **more}, **claims)

    async def accepted(self, row: Json | None = None) -> Json:
        answer = await self.decide(await self.submitted(row), "accept")
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def tell(self, application: Json, step: str, role: Role, body: Json, **claims: Any) -> httpx.Response:
        return await self.call("POST", f"/applications/{application['application_id']}/{step}", role, body, **claims)


@pytest.fixture
async def world(registration: Harness) -> World:
    """A world with agencies and nothing else."""
    made = World(registration)
    for code in ("hn.ubnd", "hn.snn", "hn.vpdp"):
        await made.add_agency(code)
    await made.add_agency("hg.snn", "02", "province")
    await made.add_agency("pt.snn", "25", "province")
    return made


@pytest.fixture
async def fair(world: World) -> World:
    """A world with an edition whose registration is open on 8 July 2020."""
    answer = await world.plan()
    assert answer.status_code == 201, answer.text
    world.edition_id = answer.json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    world.harness.clock.set(OPEN)
    assert (await world.act("opening")).is_success
    return world
