"""The bodies of the workload's requests; every text that must be found again carries a number of its own."""

from datetime import date, datetime, timedelta
from typing import Any

from scenario.reading.tax_ids import is_tax_id

Json = dict[str, Any]
PROVINCES = ("48", "40", "62", "49", "01")
FAMILY_NAME = "Nguyễn Kín Đáo"  # planted: nobody but registration and notifications may ever know it
STREET = "Ngõ Bí Mật"
MAIL_DOMAIN = "kin-dao.example"
PHONE = "+84900000001"
BOOTHS = 8
CEILING = 4
LEAD_DAYS = 10  # from the announcement to the first day


def paper(number: int, issued_on: date) -> Json:
    return {
        "type": "QĐ",
        "number": str(number),
        "notation": "QĐ-TEST",
        "issued_on": issued_on.isoformat(),
        "issuing_agency_code": "hn.ubnd",
        "title": "Văn bản thử",
    }


def agency(code: str, level: str, province: str) -> Json:
    return {
        "name_vi": f"Cơ quan {code}",
        "name_en": None,
        "level": level,
        "parent_code": None,
        "province_code": province,
        "valid_from": "2020-01-01",
        "valid_to": None,
        "contact": contact(code.replace(".", "-")),
    }


def contact(who: str) -> Json:
    return {
        "display_name": f"{FAMILY_NAME} {who}",
        "email": f"{who}@{MAIL_DOMAIN}",
        "phone": PHONE,
        "language": "vi",
        "preferred_channels": ["email"],
        "may_be_told": ["all"],
    }


def edition(code: str, now: datetime, policy: str) -> Json:
    """An edition whose registration is open now and whose first day is in ten days."""
    first = now.date() + timedelta(days=LEAD_DAYS)
    return {
        "code": code,
        "name": {"vi": f"Phiên chợ {code}", "en": None},
        "theme_region": "central_highlands",
        "theme_province_codes": None,
        "province_register": "2020",
        "venue": {"name": {"vi": "Phố đi bộ", "en": None}, "province_code": "01"},
        "planned": {"from": first.isoformat(), "to": (first + timedelta(days=4)).isoformat()},
        "official_days": 5,
        "booth_target": BOOTHS,
        "registration": {
            "opens_at": (now - timedelta(days=3)).isoformat(),
            "closes_at": (now + timedelta(days=8)).isoformat(),
        },
        "host_agency_codes": ["hn.snn"],
        "executing_agency_codes": [],
        "allocation_policy": policy,
        "quotas": [{"dimension": "province", "code": "48", "floor": None, "ceiling": CEILING}],
    }


def floor_plan() -> Json:
    """Two zones of four booths in a row."""
    booths: list[Json] = []
    for zone, row in (("A", 0), ("B", 12)):
        for place in range(1, BOOTHS // 2 + 1):
            beside = [f"{zone}{other}" for other in (place - 1, place + 1) if 1 <= other <= BOOTHS // 2]
            booths.append(
                {
                    "booth_code": f"{zone}{place}",
                    "zone_code": zone,
                    "area_m2": 9,
                    "corner": place in {1, BOOTHS // 2},
                    "power_sockets": int(zone == "B"),
                    "x": 3 * place,
                    "y": row,
                    "neighbours": beside,
                }
            )
    kinds = {"A": "craft_village", "B": "regional_speciality"}
    zones = [
        {"zone_code": code, "name": {"vi": f"Khu {code}", "en": None}, "kind": kind} for code, kind in kinds.items()
    ]
    return {"zones": zones, "booths": booths}


def tax_id(number: int) -> str:
    """Return the number-th tax id with a right check digit."""
    return next(f"01{number:06d}{k}{d}" for k in range(10) for d in range(10) if is_tax_id(f"01{number:06d}{k}{d}"))


def application(name: str, number: int, dice: Any) -> Json:
    """A vendor's application; many wish for the same few booths."""
    return {
        "vendor": {
            "legal_name": f"Công ty {name}",
            "trade_name": name,
            "vendor_type": "company",
            "tax_id": tax_id(number),
            "registration_number": f"REG-{number}",
            "province_code": dice.choice(PROVINCES),
            "country": "VN",
            "address": f"{STREET} {number}",
            "representative": f"{FAMILY_NAME} {number}",
        },
        "contact": contact(f"v{number}"),
        **dossier(dice),
    }


def dossier(dice: Any) -> Json:
    papers = "business_registration food_safety_certificate product_declaration recognition_decision certificate"
    return {
        "products": [
            {
                "name": f"Chè số {dice.randrange(10**6)}",
                "product_group": "beverage",
                "stars": 3,
                "recognised_year": 2019,
                "decision": {
                    "number": "501",
                    "notation": "QĐ-UBND",
                    "issued_on": "2019-12-31",
                    "level": "province",
                },
                "certificate": {
                    "number": f"MAU-{dice.randrange(10**6)}",
                    "issued_on": "2019-12-31",
                    "revoked_on": None,
                },
                "class": None,
                "processed_packaged": True,
                "imported": False,
                "origin": "trong tỉnh",
            }
        ],
        "documents": [
            {"kind": kind, "expires_on": "2022-12-31" if kind.startswith("food") else None}
            for kind in [*papers.split(), "applied_standard", "label", "traceability"]
        ],
        "booths_wanted": 1,
        "wishes": {
            "zone_codes": dice.choice([["A"], ["B"], None]),
            "corner": dice.random() < 0.5,
            "power": False,
            "not_beside_group": None,
        },
    }


def submission() -> Json:
    purposes = ("take_part", "be_contacted", "publish_trade_name")
    return {"undertaking": True, "consents": [{"purpose": one, "text_version": "2020-07"} for one in purposes]}


def figures(day: date, booth: str, dice: Any) -> Json:
    exact = {"qualifier": "exact", "is_estimate": False}
    entry = {
        "on": day.isoformat(),
        "booth_code": booth,
        "visits": {"value": dice.randrange(1, 500), **exact},
        "sales_vnd": {"value": dice.randrange(1, 500) * 10_000, **exact},
        "ocop_sales_vnd": None,
        "contracts": None,
        "memoranda": None,
    }
    return {"entries": [entry]}
