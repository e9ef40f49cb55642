"""Runs the golden cases that stand in pack files through the rules as read from those files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import TypeAdapter

from registration.agencies.domain import ProvinceRegister, get_province, printed_name, successor_of
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
from registration.trials.golden_applications import Golden, Packs, run_eligibility
from registration.vendors.domain import TaxIdRules, is_valid_tax_id, normalise_tax_id

T = TypeVar("T")


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


RUNNERS: Mapping[str, Callable[[Golden, PackFile, Packs], set[str]]] = {
    "star_bands": _run_star_bands,
    "award_levels": _run_award_levels,
    "product_groups": _run_product_groups,
    "certificate_life": _run_certificate_life,
    "provinces": _run_provinces,
    "subsidy": _run_subsidy,
    "tax_ids": _run_tax_ids,
    "eligibility": run_eligibility,
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
