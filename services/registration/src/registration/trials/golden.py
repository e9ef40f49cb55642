"""Runs the golden cases that stand in pack files through the rules as read from those files."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from registration.agencies.domain import ProvinceRegister, get_province, printed_name, successor_of
from registration.dossiers.domain import BoothWishes, CertificateEntry, Decision, Document, Dossier, Product
from registration.dossiers.repository import StoredDossier
from registration.editions.domain import Days, Edition, Text
from registration.priorities.domain import Ranking
from registration.rules.domain import (
    Award,
    AwardLevels,
    Certificate,
    CertificateLife,
    PointsError,
    ProductGroups,
    StarBands,
    certificate_state,
    check_part,
    current_group,
    expires_on,
    group_label,
    in_force,
    is_certified,
    is_valid_throughout,
    judge_award,
    stars_for,
)
from registration.rules.packs import PackFile
from registration.subsidies.domain import (
    AlreadySupportedError,
    SubsidyRules,
    SupportLine,
    amount_vnd,
    enter,
    rate_for,
    reverse,
)
from registration.vendors.domain import TaxIdRules, Vendor, is_valid_tax_id, name_key, normalise_tax_id
from registration.vetting.cases import Subject, VendorRecord
from registration.vetting.filed_papers import FiledPaper
from registration.vetting.handlers import Judgement, judge
from registration.vetting.reasons import to_reasons
from registration.vetting.repository import StoredPack, pick_packs

T = TypeVar("T")
Golden = dict[str, Any]
Packs = Sequence[PackFile]


def _as(kind: type[T], pack: PackFile) -> T:
    dates = {"version": pack.version, "valid_from": pack.valid_from, "valid_to": pack.valid_to}
    return TypeAdapter(kind).validate_python({**pack.body, **dates})


def _versions(packs: Packs, pack: str, kind: type[T]) -> list[T]:
    return [_as(kind, found) for found in packs if found.pack == pack]


def _on(packs: Packs, pack: str, on: date) -> PackFile:
    return next(one for one in reversed(packs) if one.pack == pack and one.valid_from <= on)


def _run_star_bands(case: Golden, pack: PackFile, packs: Packs) -> set[str]:
    bands = in_force("star_bands", _versions(packs, "star_bands", StarBands), case.get("on", pack.valid_from))
    outcomes: set[str] = set()
    for points in case["points"]:
        try:
            if "part" in case:
                check_part(bands, case["part"], points)
                outcomes.add("valid")
            else:
                stars = stars_for(bands, points)
                outcomes.add(str(stars) if is_certified(bands, stars) else f"{stars}, no certificate")
        except PointsError:
            outcomes.add("error")
    return outcomes


def _run_award_levels(case: Golden, _pack: PackFile, packs: Packs) -> set[str]:
    texts = {Award.COMPETENT: "ok", Award.DISPUTED: "ok + flag", Award.NOT_COMPETENT: "R08"}
    versions = _versions(packs, "award_levels", AwardLevels)
    return {texts[judge_award(versions, case["stars"], level, case["decided_on"])] for level in case["levels"]}


def _run_product_groups(case: Golden, _pack: PackFile, packs: Packs) -> set[str]:
    versions = _versions(packs, "product_groups", ProductGroups)
    if "group" not in case:
        return {in_force("product_groups", versions, case["on"]).version}
    decided = in_force("product_groups", versions, case["decided_on"])
    if "edition_on" in case:
        now = in_force("product_groups", versions, case["edition_on"])
        return {current_group(now, case["group"]) or "invalid"}
    return {group_label(decided, case["group"]) or "invalid"}


def _run_certificate_life(case: Golden, pack: PackFile, _packs: Packs) -> set[str]:
    life = _as(CertificateLife, pack)
    certificate = Certificate(case["issued_on"], case.get("revoked_on"))
    if "first_on" in case:
        return {"star" if is_valid_throughout(life, certificate, case["first_on"], case["last_on"]) else "no star"}
    if "on" in case:
        return {certificate_state(life, certificate, case["on"]).value}
    return {expires_on(life, certificate.issued_on).isoformat()}


def _run_provinces(case: Golden, pack: PackFile, packs: Packs) -> set[str]:
    registers = [_as(ProvinceRegister, found) for found in packs if found.pack == "provinces"]
    if "old_code" in case:
        found = successor_of(_as(ProvinceRegister, pack), case["old_code"])
        return {f"{found.name_vi} ({found.code}), {found.region}"}
    if "code" not in case:
        return {_on(packs, "provinces", case["on"]).version}
    register = next(found for found in registers if found.version == case["version"])
    if "on" in case:
        return {printed_name(register, case["code"], case["on"])}
    return {get_province(register, case["code"]).name_vi}


def _run_subsidy(case: Golden, _pack: PackFile, packs: Packs) -> set[str]:
    if "lines" in case:
        return {_run_ledger(case)}
    found = _as(SubsidyRules, _on(packs, "subsidy", case["on"]))
    rate = rate_for(found, "northern_mountains", is_home=case["home"])
    amounts = [amount_vnd(found, rate, booths, case["cost_vnd"]) for booths in case["booths"]]
    return {"; ".join("null" if amount is None else str(amount) for amount in amounts)}


def _run_ledger(case: Golden) -> str:
    lines = [SupportLine(*line) for line in case["lines"]]
    ledger = enter((), lines[0])
    if case.get("released"):
        ledger = enter(reverse(ledger, 0), lines[0])
        return "reversing line" if [line.reverses for line in ledger] == [None, 0, None] else "nothing"
    try:
        enter(ledger, lines[1])
    except AlreadySupportedError as error:
        return "R16" if error.line == lines[0] else "another line"
    return "allowed"


def _run_tax_ids(case: Golden, pack: PackFile, _packs: Packs) -> set[str]:
    rules = _as(TaxIdRules, pack)
    texts = {True: "valid", False: "invalid"}
    return {texts[is_valid_tax_id(normalise_tax_id(raw), case["vendor_type"], rules)] for raw in case["numbers"]}


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


def _run_eligibility(case: Golden, _pack: PackFile, packs: Packs) -> set[str]:
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


RUNNERS: Mapping[str, Callable[[Golden, PackFile, Packs], set[str]]] = {
    "star_bands": _run_star_bands,
    "award_levels": _run_award_levels,
    "product_groups": _run_product_groups,
    "certificate_life": _run_certificate_life,
    "provinces": _run_provinces,
    "subsidy": _run_subsidy,
    "tax_ids": _run_tax_ids,
    "eligibility": _run_eligibility,
}


@dataclass(frozen=True)
class Failure:
    """A golden case that the rules answer otherwise."""

    pack: str
    version: str
    case: str
    expected: str
    said: str


def run_case(case: Golden, pack: PackFile, packs: Packs) -> set[str]:
    """Return what the rules say of a case; of several inputs all answers, which are one where the case holds."""
    return RUNNERS[pack.pack](case, pack, packs)


def find_failures(pack: PackFile, packs: Packs) -> list[Failure]:
    """Return the golden cases of a pack that do not hold beside the other packs."""
    failures: list[Failure] = []
    for case in pack.golden:
        said = run_case(case, pack, packs)
        if said != {case["expect"]}:
            failures.append(Failure(pack.pack, pack.version, case["id"], case["expect"], " | ".join(sorted(said))))
    return failures
