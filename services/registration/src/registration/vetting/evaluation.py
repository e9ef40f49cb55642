"""What the dated rules say about a dossier: open codes and eligible products."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from registration.vetting.domain import (
    Case,
    Effect,
    Eligibility,
    Evaluation,
    Finding,
    Inputs,
    JudgedProduct,
    Outcome,
    PaperRule,
    ProductFacts,
    RuleOutcome,
)
from registration.vetting.filed_papers import RefutedPaper, Worth

Check = Callable[[Case, Eligibility], Iterator[Finding]]


def _when(code: str, holds: Callable[[Case, Eligibility], bool]) -> Check:
    def check(case: Case, rules: Eligibility) -> Iterator[Finding]:
        if holds(case, rules):
            yield Finding(code)

    return check


def _per_product(code: str, holds: Callable[[ProductFacts, Eligibility], bool]) -> Check:
    def check(case: Case, rules: Eligibility) -> Iterator[Finding]:
        for product in case.products:
            if holds(product, rules):
                data: Inputs = {"stars": product.stars, "award": product.award}
                if product.valid_to is not None:
                    data["certificate_valid_to"] = product.valid_to.isoformat()
                yield Finding(code, product.product_id, data)

    return check


def _when_registration_is_missing(case: Case, rules: Eligibility) -> Iterator[Finding]:
    if not (case.is_foreign or case.vendor_type in rules.legal_forms):
        yield Finding("R02")
    elif not case.paper_kinds & set(rules.registration_papers):
        yield Finding("R02", None, _fault_of(rules.registration_papers, case))


def _when_not_brought_in(case: Case, rules: Eligibility) -> Iterator[Finding]:
    if case.is_nominated or (case.is_home and not case.is_foreign):
        return
    papers = rules.invitation_papers if case.is_foreign else rules.nomination_papers
    if not case.paper_kinds & set(papers):
        yield Finding("R14", None, _fault_of(papers, case))


def _when_its_proof_is_refuted(case: Case, _rules: Eligibility) -> Iterator[Finding]:
    for product in case.products:
        if product.refuted is not None:
            yield Finding("R20", product.product_id, _say_refuted(product.refuted))


def _say_refuted(paper: RefutedPaper) -> Inputs:
    return {"refuted": paper.kind, "finding": paper.worth.value}


def _fault_of(kinds: Sequence[str], case: Case) -> Inputs:
    """Return what is wrong with a paper of these kinds that is there: found so by a person, or it lapses."""
    refuted = [paper for paper in case.refuted_papers if paper.kind in kinds]
    return _say_refuted(refuted[0]) if refuted else _lapse_of(kinds, case)


def _lapse_of(kinds: Sequence[str], case: Case) -> Inputs:
    """Return which paper of these kinds is there but lapses, the one that holds longest; empty where there is none."""
    found = [paper for paper in case.lapsing_papers if paper.kind in kinds]
    if not found:
        return {}
    longest = max(found, key=lambda paper: paper.lapses_on)
    return {"lapsing": longest.kind, "lapses_on": longest.lapses_on.isoformat()}


def claims_stars(product: ProductFacts, rules: Eligibility) -> bool:
    """Tell whether a product is declared with so many stars that they would count."""
    return product.stars >= rules.counted_from_stars


CHECKS: Mapping[str, Check] = {
    "R01": _when("R01", lambda case, _: case.is_duplicate),
    "R02": _when_registration_is_missing,
    "R03": _when("R03", lambda case, _: not case.has_valid_tax_id),
    "R04": _when("R04", lambda case, rules: case.booths_wanted > rules.max_booths),
    "R06": _per_product("R06", lambda product, rules: claims_stars(product, rules) and not product.is_proven),
    "R07": _per_product(
        "R07", lambda product, rules: claims_stars(product, rules) and product.is_valid_throughout is False
    ),
    "R08": _per_product(
        "R08", lambda product, rules: claims_stars(product, rules) and product.award == "not_competent"
    ),
    "R11": _per_product("R11", lambda product, _: not product.has_origin),
    "R14": _when_not_brought_in,
    "R15": _when("R15", lambda case, _: not case.has_consented),
    "R17": _per_product("R17", lambda product, _: product.group is None),
    "R18": _when("R18", lambda case, _: case.is_barred),
    "R19": _when("R19", lambda case, _: case.is_late),
    "R20": _when_its_proof_is_refuted,
}


def needs_paper(rule: PaperRule, product: ProductFacts, case: Case, rules: Eligibility) -> bool:
    """Tell whether a rule asks for a paper because of this product."""
    if product.group in rules.services or (rule.groups and product.group not in rule.groups):
        return False
    if rule.foreign_only and not (case.is_foreign or product.imported):
        return False
    return product.processed_packaged or not rule.processed_only


def _missing_papers(case: Case, rules: Eligibility) -> Iterator[Finding]:
    for rule in rules.papers:
        if case.paper_kinds & set(rule.any_of) and not _is_forged(rule.any_of, case):
            continue
        needing = [product for product in case.products if needs_paper(rule, product, case, rules)]
        for product in needing:
            yield Finding(rule.code, product.product_id, _fault_of(rule.any_of, case) or {"missing": rule.any_of[0]})


def _is_forged(kinds: Sequence[str], case: Case) -> bool:
    """Tell whether one of these papers was found forged: another one beside it does not make up for that."""
    return any(paper.kind in kinds and paper.worth is Worth.FORGED for paper in case.refuted_papers)


def evaluate(case: Case, rules: Eligibility) -> Evaluation:
    """Judge a case by the pack in force: every rule with its outcome, then products, tier and points."""
    found = [finding for check in CHECKS.values() for finding in check(case, rules)]
    found += _missing_papers(case, rules)
    products = tuple(_judge_product(product, case, rules, found) for product in case.products)
    if not any(product.is_eligible for product in products):
        found.append(Finding("R05"))
    by_rule = tuple(
        RuleOutcome(code, not mine, mine)
        for code in sorted({*CHECKS, "R05", *(paper.code for paper in rules.papers)})
        for mine in [tuple(finding for finding in found if finding.code == code)]
    )
    return Evaluation(_outcome_of(found, case, rules), by_rule, products)


def effect_of(code: str, case: Case, rules: Eligibility) -> Effect:
    """Return what an open code does now: an unproven star is asked for once, then it does not count."""
    rule = rules.find_code(code)
    effect = rule.effect if rule else Effect.NOTE
    if effect is Effect.RETURN_THEN_WITHOUT_STAR:
        return Effect.RETURN if case.revision == 1 else Effect.WITHOUT_STAR
    return effect


def _judge_product(product: ProductFacts, case: Case, rules: Eligibility, found: Sequence[Finding]) -> JudgedProduct:
    effects = {effect_of(one.code, case, rules) for one in found if one.product_id == product.product_id}
    if Effect.REFUSE_PRODUCT in effects:
        return JudgedProduct(product.product_id, "ineligible", 0, is_eligible=False)
    is_proven = product.is_proven and product.refuted is None
    if claims_stars(product, rules) and is_proven and product.is_valid_throughout is True:
        return JudgedProduct(product.product_id, "valid_star", product.stars, is_eligible=True)
    if case.is_foreign:
        return JudgedProduct(product.product_id, "foreign", 0, is_eligible=True)
    is_attested = case.is_nominated or bool(case.paper_kinds & set(rules.attestation_papers))
    if product.declared_class is not None and product.declared_class in rules.class_tiers and is_attested:
        return JudgedProduct(product.product_id, product.declared_class, 0, is_eligible=True)
    return JudgedProduct(product.product_id, "ineligible", 0, is_eligible=False)


def _outcome_of(found: Sequence[Finding], case: Case, rules: Eligibility) -> Outcome:
    effects = {effect_of(finding.code, case, rules) for finding in found}
    if Effect.REJECT in effects:
        return Outcome.REJECT
    if Effect.RETURN in effects:
        return Outcome.RETURN
    return Outcome.MANUAL if Effect.MANUAL in effects else Outcome.ACCEPT


def blocking_codes(evaluation: Evaluation, case: Case, rules: Eligibility) -> tuple[str, ...]:
    """Return the open codes that stand against acceptance, each once."""
    blocking = (Effect.REJECT, Effect.RETURN, Effect.MANUAL)
    return tuple(sorted({one.code for one in evaluation.findings if effect_of(one.code, case, rules) in blocking}))
