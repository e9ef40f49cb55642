"""Turns an application and its edition into what the rules of eligibility and priority look at; pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from registration.agencies.domain import region_codes
from registration.dossiers.domain import Product
from registration.dossiers.repository import StoredDossier
from registration.editions.domain import Days, Edition
from registration.priorities.domain import RatedProduct, Standing
from registration.rules import domain as rules
from registration.rules.domain import Certificate, NoRuleForDateError, ProductRules
from registration.subsidies.domain import FirstLine
from registration.vendors.domain import Vendor, is_valid_tax_id, name_key
from registration.vetting.domain import Case, Evaluation, LapsingPaper, ProductFacts
from registration.vetting.filed_papers import FiledPaper, RefutedPaper, files_of, find_refuted, list_refuted
from registration.vetting.repository import Packs

CERTIFICATE = "certificate"
PROOFS = (CERTIFICATE, "recognition_decision")
"""The papers that stars rest on; each is a product's own."""


@dataclass(frozen=True, kw_only=True)
class VendorRecord:
    """What earlier editions say about a vendor; ``shown`` are the products it took part with, by comparable names."""

    is_barred: bool = False
    has_clean_record: bool = True
    is_first_event: bool = True
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An application as far as the rules look at it; a second one is of a producer that has another for the edition."""

    edition: Edition
    vendor: Vendor
    stored: StoredDossier
    revision: int
    is_nominated: bool
    submitted_at: datetime
    has_consented: bool
    is_second: bool = False
    first_support: FirstLine | None = None
    record: VendorRecord = VendorRecord()
    filed: tuple[FiledPaper, ...] = ()


def to_case(subject: Subject, packs: Packs) -> Case:
    """Return the facts that the rules of eligibility look at."""
    vendor, dossier, days = subject.vendor, subject.stored.dossier, subject.edition.planned
    refuted = list_refuted(subject.filed)
    wrong = {one.kind for one in refuted}
    tax_id_is_valid = vendor.tax_id is None or is_valid_tax_id(vendor.tax_id, vendor.vendor_type, packs.tax_ids)
    return Case(
        revision=subject.revision,
        vendor_type=vendor.vendor_type,
        is_foreign=vendor.is_foreign,
        is_home=vendor.province_code == packs.eligibility.home_province,
        is_nominated=subject.is_nominated,
        has_valid_tax_id=vendor.is_foreign or tax_id_is_valid,
        is_duplicate=subject.is_second,
        is_barred=subject.record.is_barred,
        is_late=subject.revision == 1 and subject.submitted_at > subject.edition.closes_at,
        has_consented=subject.has_consented,
        booths_wanted=dossier.booths_wanted,
        paper_kinds=frozenset(
            paper.kind
            for paper in dossier.documents
            if paper.kind not in wrong and (paper.expires_on is None or paper.expires_on > days.last)
        ),
        products=tuple(
            replace(to_facts(product, product_id, days, packs.products), refuted=find_refuted_proof(product, subject))
            for product, product_id in zip(dossier.products, subject.stored.product_ids, strict=True)
        ),
        lapsing_papers=tuple(
            LapsingPaper(paper.kind, paper.expires_on)
            for paper in dossier.documents
            if paper.expires_on is not None and paper.expires_on <= days.last
        ),
        refuted_papers=refuted,
    )


def find_refuted_proof(product: Product, subject: Subject) -> RefutedPaper | None:
    """Return which paper that a product's stars rest on was found wrong by a person; None where none was."""
    products = subject.stored.dossier.products
    for kind in PROOFS:
        if not has_proof(product, kind):
            continue
        numbers = {number_of(one, kind) for one in products}
        worth = find_refuted(files_of(subject.filed, kind, number_of(product, kind), numbers))
        if worth is not None:
            return RefutedPaper(kind, worth)
    return None


def has_proof(product: Product, kind: str) -> bool:
    """Tell whether a product's entry names such a paper."""
    return (product.certificate if kind == CERTIFICATE else product.decision) is not None


def number_of(product: Product, kind: str) -> str | None:
    """Return the number of the paper that a product's stars rest on."""
    proof = product.certificate if kind == CERTIFICATE else product.decision
    return proof and proof.number


def to_facts(product: Product, product_id: UUID, days: Days, packs: ProductRules) -> ProductFacts:
    """Return a product with what the packs of its own dates say about its stars and its group."""
    valid_to = is_valid = award = None
    if product.certificate is not None:
        life = rules.in_force("certificate_life", packs.certificate_life, days.first)
        certificate = Certificate(product.certificate.issued_on, product.certificate.revoked_on)
        valid_to = rules.last_valid_day(life, certificate)
        is_valid = rules.is_valid_throughout(life, certificate, days.first, days.last)
    if product.decision is not None:
        decision = product.decision
        award = rules.judge_award(packs.award_levels, product.stars, decision.level, decision.issued_on).value
    return ProductFacts(
        product_id=product_id,
        name=product.name,
        group=_group_now(product, days.first, packs),
        stars=product.stars,
        is_proven=product.decision is not None and product.certificate is not None,
        is_valid_throughout=is_valid,
        award=award,
        valid_to=valid_to,
        declared_class=product.declared_class,
        processed_packaged=product.processed_packaged,
        imported=product.imported,
        has_origin=bool(product.origin),
    )


def _group_now(product: Product, on: date, packs: ProductRules) -> str | None:
    """Return the group of the edition's date; None where the decision's own date did not know the code."""
    if product.decision is not None:
        try:
            decided = rules.in_force("product_groups", packs.product_groups, product.decision.issued_on)
        except NoRuleForDateError:
            decided = None
        if decided is not None and product.product_group not in decided.labels:
            return None
    return rules.current_group(rules.in_force("product_groups", packs.product_groups, on), product.product_group)


def to_standing(subject: Subject, case: Case, evaluation: Evaluation, packs: Packs) -> Standing:
    edition, province = subject.edition, subject.vendor.province_code
    themed = set(edition.theme_province_codes or region_codes(packs.register, edition.theme_region))
    if edition.theme_region == "red_river_delta":
        themed.add(packs.eligibility.home_province)
    return Standing(
        products=[RatedProduct(one.product_class, one.stars) for one in evaluation.products if one.is_eligible],
        is_foreign=case.is_foreign,
        is_home=case.is_home,
        is_in_theme=edition.theme_region != "none" and province in themed,
        has_clean_record=subject.record.has_clean_record,
        is_first_event=subject.record.is_first_event,
        has_new_product=any(
            name_key(product.name) not in subject.record.shown
            for product, judged in zip(case.products, evaluation.products, strict=True)
            if judged.is_eligible
        ),
        days_early=(edition.closes_at - subject.submitted_at).days,
    )
