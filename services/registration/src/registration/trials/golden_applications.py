"""Golden cases of whole applications: each says what differs from a plain one, which is made here and judged."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from registration.agencies.domain import get_province
from registration.dossiers.domain import BoothWishes, CertificateEntry, Decision, Document, Dossier, Product
from registration.dossiers.repository import StoredDossier
from registration.editions.domain import Days, Edition, Text
from registration.priorities.domain import Ranking
from registration.rules.packs import PackFile
from registration.vendors.domain import Vendor, name_key
from registration.vetting.cases import Subject, VendorRecord
from registration.vetting.filed_papers import FiledPaper
from registration.vetting.handlers import Judgement, judge
from registration.vetting.reasons import to_reasons
from registration.vetting.repository import StoredPack, pick_packs

Golden = dict[str, Any]
Packs = Sequence[PackFile]

PAPERS = (
    "business_registration",
    "food_safety_certificate",
    "product_declaration",
    "applied_standard",
    "label",
    "traceability",
    "vn_sublabel",
    "import_inspection",
)


def _product(case: Golden, number: int, stars: int, first_on: date) -> Product:
    decided = date(first_on.year - 1, 12, 1)
    # whoever was competent at that date
    level = "central" if stars == 5 else "province"
    return Product(
        name=f"Sản phẩm {number}",
        product_group=case.get("group", "food"),
        stars=stars,
        recognised_year=None,
        decision=Decision("1", "QĐ-UBND", decided, level) if stars else None,
        certificate=CertificateEntry("1", decided) if stars else None,
        declared_class=case.get("declared"),
        processed_packaged=True,
        imported=case.get("imported", False),
        origin="Đắk Lắk" if case.get("origin", True) else None,
    )


def _subject(case: Golden) -> Subject:
    first, last = case.get("first_on", date(2020, 10, 29)), case.get("last_on", date(2020, 11, 2))
    country = case.get("country", "VN")
    products = [_product(case, 0, case["stars"], first)]
    products += [_product(case, number + 1, 0, first) for number in range(case.get("unrated", 0))]
    kinds = [kind for kind in PAPERS if kind not in case.get("without", [])]
    if country != "VN":
        kinds.append("organiser_invitation")
    dossier = Dossier(
        tuple(products),
        tuple(Document(kind, expires_on=case.get("lapses", {}).get(kind)) for kind in kinds),
        case.get("booths", 1),
        BoothWishes(),
    )
    closes_at = datetime(2030, 1, 1, tzinfo=UTC)
    edition = Edition(
        edition_id=UUID(int=1),
        code="E",
        name=Text("E"),
        theme_region=case.get("theme", "central_highlands"),
        theme_province_codes=None,
        province_register=case.get("register", "2020"),
        venue_name=Text("E"),
        venue_province_code="01",
        planned=Days(first, last),
        official_days=5,
        booth_target=150,
        opens_at=datetime(2020, 1, 1, tzinfo=UTC),
        closes_at=closes_at,
        host_agency_codes=(),
        executing_agency_codes=(),
        allocation_policy="optimal_at_close",
        quotas=(),
    )
    return Subject(
        edition=edition,
        vendor=Vendor(
            legal_name="V",
            trade_name="V",
            vendor_type=case.get("vendor_type", "company"),
            tax_id=case.get("tax_id", "0199900018") if country == "VN" else None,
            registration_number=None,
            province_code=case["province"] if country == "VN" else None,
            country=country,
        ),
        stored=StoredDossier(UUID(int=2), 1, dossier, tuple(UUID(int=10 + place) for place in range(len(products)))),
        revision=1,
        is_nominated=case.get("nominated", country == "VN"),
        submitted_at=closes_at - timedelta(days=case.get("days_early", 0)),
        has_consented=True,
        record=_record(case, dossier),
        filed=tuple(
            FiledPaper(UUID(int=100 + place), kind, None, finding)
            for place, (kind, finding) in enumerate(case.get("found", {}).items())
        ),
    )


def _record(case: Golden, dossier: Dossier) -> VendorRecord:
    """Return what earlier editions say: who took part showed the same products, but where the case has a new one."""
    is_first = case.get("first_event", True)
    is_new = case.get("new_product", is_first)
    return VendorRecord(
        has_clean_record=case.get("clean_record", True),
        is_first_event=is_first,
        shown=frozenset() if is_new else frozenset(name_key(product.name) for product in dossier.products),
    )


def run_eligibility(case: Golden, _pack: PackFile, packs: Packs) -> set[str]:
    """Return what the rules say of the application that a case describes, in the words of what it expects."""
    subject = _subject(case)
    stored = [
        StoredPack(pack.pack, pack.version, pack.valid_from, pack.valid_to, json.dumps(pack.body)) for pack in packs
    ]
    picked = pick_packs(stored, subject.edition.planned.first, subject.edition.province_register)
    judged = judge(subject, picked)
    # R05 follows from a refused product; the case names the cause
    codes = sorted({finding.code for finding in judged.evaluation.findings} - {"R05"})
    tier = judged.ranking.tier or ""
    expected: str = case["expect"]
    if "star on" in expected:
        starred = sum(product.stars > 0 for product in judged.evaluation.products)
        return {f"{tier}; star on {starred}"}
    if "quota" in expected:
        return {f"{tier}; quota {get_province(picked.register, case['province']).name_vi}"}
    if "days_early" in case:
        return {_say_points(judged.ranking)}
    if "lapses" in case or "found" in case:
        return {_say_reasons(codes, judged)}
    if expected.startswith("foreign"):
        return {"; ".join([tier, *codes])}
    return {" ".join(codes) or ("ok" if expected == "ok" else tier)}


def _say_points(ranking: Ranking) -> str:
    told = " + ".join(f"{merit.name} {merit.points}" for merit in ranking.merits)
    return f"{told} = {ranking.points}"


def _say_reasons(codes: Sequence[str], judged: Judgement) -> str:
    reasons = to_reasons(codes, judged.packs.eligibility, judged.evaluation.findings)
    return "; ".join(f"{code} {reason.text.vi}" for code, reason in zip(codes, reasons, strict=True))
