"""Which papers an application must have, and how far each is proven; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registration.vetting.cases import PROOFS, Subject, has_proof, number_of
from registration.vetting.domain import Case, Eligibility
from registration.vetting.evaluation import claims_stars, needs_paper
from registration.vetting.filed_papers import Worth, files_of, weigh


@dataclass(frozen=True)
class WeighedPaper:
    """A mandatory paper with what it is worth; ``product`` is that which it proves the stars of."""

    code: str
    kind: str
    worth: Worth
    number: str | None = None
    product: str | None = None


def weigh_papers(subject: Subject, case: Case, rules: Eligibility) -> tuple[WeighedPaper, ...]:
    """Return the papers that the rules ask this application for; of several that would do, those that are there."""
    listed = [
        weighed for code, kinds in _asked_for(subject, case, rules) for weighed in _weigh_kinds(subject, code, kinds)
    ]
    return (*listed, *_weigh_proofs(subject, case, rules))


def list_unseen(papers: Sequence[WeighedPaper], code: str) -> list[str]:
    """Return the kinds of papers of a code that are stated and that nobody has seen."""
    return sorted({one.kind for one in papers if one.code == code and one.worth is Worth.STATED})


def _asked_for(subject: Subject, case: Case, rules: Eligibility) -> Iterator[tuple[str, Sequence[str]]]:
    yield "R02", rules.registration_papers
    if not subject.is_nominated and (case.is_foreign or not case.is_home):
        yield "R14", rules.invitation_papers if case.is_foreign else rules.nomination_papers
    for rule in rules.papers:
        if any(needs_paper(rule, product, case, rules) for product in case.products):
            yield rule.code, rule.any_of


def _weigh_kinds(subject: Subject, code: str, kinds: Sequence[str]) -> list[WeighedPaper]:
    documents = {one.kind: one for one in subject.stored.dossier.documents}
    found: list[WeighedPaper] = []
    for kind in kinds:
        filed = [one for one in subject.filed if one.kind == kind]
        if filed or kind in documents:
            number = documents[kind].number if kind in documents else filed[-1].number
            found.append(WeighedPaper(code, kind, weigh(filed, is_stated=kind in documents), number))
    return found or [WeighedPaper(code, kinds[0], Worth.NOT_ON_FILE)]


def _weigh_proofs(subject: Subject, case: Case, rules: Eligibility) -> Iterator[WeighedPaper]:
    products = subject.stored.dossier.products
    for product, facts in zip(products, case.products, strict=True):
        for kind in PROOFS if claims_stars(facts, rules) else ():
            number, numbers = number_of(product, kind), {number_of(one, kind) for one in products}
            worth = weigh(files_of(subject.filed, kind, number, numbers), is_stated=has_proof(product, kind))
            yield WeighedPaper("R06", kind, worth, number, product.name)
