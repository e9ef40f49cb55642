"""Samples of every event, valid and real-looking; ``sample(BoothOffered, booth_codes=("A01",))`` changes what matters."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from common.contracts.base import Event

E = TypeVar("E", bound=Event)

EDITION_ID = UUID("01901a2b-0000-7000-8000-000000000001")
APPLICATION_ID = UUID("01901a2b-0000-7000-8000-000000000002")
VENDOR_ID = UUID("01901a2b-0000-7000-8000-000000000003")
OFFER_ID = UUID("01901a2b-0000-7000-8000-000000000004")
RUN_ID = UUID("01901a2b-0000-7000-8000-000000000005")

PAPER = {
    "type": "KH",
    "number": "100",
    "notation": "KH-UBND",
    "issued_on": "2020-05-15",
    "issuing_agency_code": "hn.ubnd",
    "title": "Triển khai mô hình chỉ đạo điểm Chương trình Mỗi xã một sản phẩm thành phố Hà Nội năm 2020",
}
REASON = {
    "code": "certificate_expired",
    "text": {"vi": "Giấy chứng nhận hết hiệu lực trước khi sự kiện kết thúc", "en": "The certificate lapses too early"},
    "rule": "eligibility/2020-05#R07",
    "data": {"certificate_valid_to": "2020-09-30"},
}
PRODUCT = {
    "product_id": "01901a2b-0000-7000-8000-000000000006",
    "name": "Trà xanh Phìn Hồ",
    "product_group": "beverage",
    "stars": 4,
    "recognised_year": 2019,
    "certificate_valid_to": "2022-12-30",
}
PRIORITY_PACK: dict[str, Any] = {
    "version": "2020-05",
    "valid_from": "2020-05-15",
    "title": {"vi": "Điều kiện tham gia và thứ tự ưu tiên", "en": "Eligibility and order of priority"},
    "legal_document": "100/KH-UBND",
    "rules": [
        {
            "code": "tier_3",
            "points": 1000,
            "is_most": True,
            "is_tier": True,
            "text": {"vi": "Sản phẩm từ 3 sao còn hiệu lực", "en": "Valid product of three stars or more"},
        },
        {
            "code": "first_event",
            "points": 20,
            "is_most": False,
            "is_tier": False,
            "text": {"vi": "Tham gia lần đầu", "en": "First event ever"},
        },
    ],
}
FIGURE = {"value": 1200000, "qualifier": "exact", "is_estimate": False}
PERIOD = {"from": "2020-08-20", "to": "2020-08-24"}

VALUES: dict[str, Any] = {
    "edition_id": EDITION_ID,
    "application_id": APPLICATION_ID,
    "vendor_id": VENDOR_ID,
    "offer_id": OFFER_ID,
    "run_id": RUN_ID,
    "floor_plan_id": UUID("01901a2b-0000-7000-8000-000000000007"),
    "notice_id": UUID("01901a2b-0000-7000-8000-000000000008"),
    "about_id": UUID("01901a2b-0000-7000-8000-000000000009"),
    "entry_id": UUID("01901a2b-0000-7000-8000-00000000000a"),
    "report_id": UUID("01901a2b-0000-7000-8000-00000000000b"),
    "party_id": VENDOR_ID,
    "replaces_entry_id": None,
    "replaces_report_id": None,
    "code": "hn-2020-2",
    "name": {"vi": "Sự kiện OCOP gắn với văn hóa các tỉnh đồng bằng sông Hồng", "en": "OCOP fair, Red River Delta"},
    "theme_region": "red_river_delta",
    "venue": {"name": {"vi": "Phố đi bộ Trịnh Công Sơn", "en": "Trịnh Công Sơn walking street"}, "province_code": "01"},
    "planned": PERIOD,
    "official_days": 5,
    "booth_target": 150,
    "registration": {"opens_at": "2020-06-15T01:00:00Z", "closes_at": "2020-07-24T10:00:00Z"},
    "host_agency_codes": ["hn.snn"],
    "executing_agency_codes": ["hn.vpdp"],
    "allocation_policy": "optimal_at_close",
    "quotas": [{"dimension": "province", "code": "01", "floor": None, "ceiling": 45}],
    "legal_document": PAPER,
    "submitted": 412,
    "accepted": 371,
    "pending": 0,
    "priority_pack": PRIORITY_PACK,
    "reason_code": "covid_19",
    "old": PERIOD,
    "new": {"from": "2020-10-09", "to": "2020-10-12"},
    "zones": [],
    "actual": {"from": "2020-10-09", "to": "2020-10-12"},
    "days_left": 30,
    "revision": 1,
    "vendor": {
        "trade_name": "Công ty TNHH A&B <Đồng Tháp>",
        "vendor_type": "company",
        "province_code": "02",
        "country": "VN",
    },
    "channel": "nominated",
    "nominating_agency_code": "02.snn",
    "booths_wanted": 1,
    "products": [PRODUCT],
    "wishes": {"zone_codes": ["A"], "corner": None, "power": True, "not_beside_group": None},
    "reasons": [REASON],
    "reply_by_at": datetime(2020, 7, 30, 3, 0, tzinfo=UTC),
    "booths_granted": 1,
    "priority": {"points": 700, "reasons": []},
    "support": None,
    "by": "vendor",
    "kind": "vendor",
    "display_name": "Nguyễn Thị Đào",
    "email": "dao@example.com",
    "phone": "+84912345678",
    "zalo_id": None,
    "language": "vi",
    "preferred_channels": ["email"],
    "may_be_told": ["all"],
    "version": 1,
    "booths": [
        {"booth_code": "A01", "zone_code": "A", "area_m2": 9.0, "corner": True, "power_sockets": 1, "x": 0.0, "y": 0.0}
    ],
    "policy": "optimal_at_close",
    "status": "optimal",
    "objectives": [{"name": "placed", "value": 150, "bound": 150}],
    "input_digest": "0" * 64,
    "release_digest": "1" * 64,
    "seed_commitment": "1" * 64,
    "placed": 140,
    "waitlisted": 231,
    "moved": 0,
    "checker": {"version": "1", "passed": True},
    "seed": "hn-2020-2",
    "booth_codes": ["A01"],
    "old_booth_codes": ["A01"],
    "new_booth_codes": ["A02"],
    "position": 1,
    "on": date(2020, 10, 9),
    "purpose": "booth_offered",
    "recipient": {"kind": "vendor", "id": str(VENDOR_ID)},
    "attempt": 1,
    "booth_code": "A01",
    "zone_code": None,
    "gate_code": None,
    "visits": None,
    "sales_vnd": FIGURE,
    "ocop_sales_vnd": None,
    "contracts": None,
    "memoranda": None,
    "source": "vendor",
    "addressee_agency_code": "hn.ubnd",
    "covers": PERIOD,
    "number": "05",
    "notation": "BC-SNN",
    "issued_on": date(2020, 10, 20),
    "figures": {"visits": {"value": 50000, "qualifier": "more_than", "is_estimate": False}},
    "positions": {"/ocop/registration": 812},
    "files": [{"format": "pdf", "sha256": "2" * 64, "href": "/reporting/reports/1/files/pdf"}],
}
BY_KIND: dict[str, dict[str, Any]] = {
    "FloorPlanPublished": {"zones": [{"zone_code": "A", "name": {"vi": "Khu A", "en": "Zone A"}, "kind": "common"}]},
    "ReportIssued": {"kind": "result"},
    "NoticeDelivered": {"channel": "email"},
    "NoticeFailed": {"channel": "email", "reason_code": "mailbox_unknown"},
    "NoticeOutcomeUnknown": {"channel": "email"},
}


def sample(kind: type[E], **changes: Any) -> E:
    """Return a valid event of a class, with some fields changed."""
    values = {**VALUES, **BY_KIND.get(kind.__name__, {}), **changes}
    return kind.model_validate(
        {
            name: values[info.alias or name] if (info.alias or name) in values else values[name]
            for name, info in kind.model_fields.items()
            if name in values
        }
    )
