"""Vetting: turns a dossier and its edition into a case, has the rules judge it, and keeps what they said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.contracts.base import Reason
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.dossiers.domain import Dossier, check_dossier
from registration.dossiers.repository import to_json
from registration.editions.domain import Days, Edition
from registration.priorities.domain import Ranking, rank
from registration.rules import domain as rules
from registration.rules.domain import Certificate, ProductRules
from registration.vendors.domain import check_texts
from registration.vetting import repository
from registration.vetting.cases import Subject, to_case, to_standing
from registration.vetting.domain import Case, Eligibility, Evaluation
from registration.vetting.evaluation import evaluate
from registration.vetting.reasons import to_reasons
from registration.vetting.repository import Packs, StoredEvaluation


@dataclass(frozen=True)
class Judgement:
    """What the rules said, with the case they looked at."""

    subject: Subject
    packs: Packs
    case: Case
    evaluation: Evaluation
    ranking: Ranking


@dataclass(frozen=True)
class Explained:
    """A kept evaluation with the texts of its open codes."""

    stored: StoredEvaluation
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Vetted:
    """A judgement, and how it was kept."""

    judgement: Judgement
    explained: Explained


def judge(subject: Subject, packs: Packs) -> Judgement:
    """Judge an application by its edition's packs; pure."""
    case = to_case(subject, packs)
    evaluation = evaluate(case, packs.eligibility)
    ranking = rank(to_standing(subject, case, evaluation, packs), packs.priorities)
    return Judgement(subject, packs, case, evaluation, ranking)


def lapsed_star_problems(dossier: Dossier, days: Days, packs: ProductRules, prefix: str) -> Iterator[FieldProblem]:
    """Yield R07 for each star claim whose certificate is not valid on every official day; without star it may stand."""
    life = rules.in_force("certificate_life", packs.certificate_life, days.first)
    for place, product in enumerate(dossier.products):
        if product.stars == 0 or product.certificate is None:
            continue
        certificate = Certificate(product.certificate.issued_on, product.certificate.revoked_on)
        if not rules.is_valid_throughout(life, certificate, days.first, days.last):
            last = rules.last_valid_day(life, certificate)
            yield FieldProblem(
                f"{prefix}products[{place}].stars",
                "certificate_expired",
                f"R07: Giấy chứng nhận (hiệu lực đến {last:%d/%m/%Y}) không có hiệu lực trong mọi ngày chính thức;"
                " có thể đăng ký sản phẩm không kèm hạng sao.",
                f"R07: The certificate (valid to {last.isoformat()}) is not valid on every official day;"
                " the product may be entered without stars.",
            )


def problems_of_dossier(
    dossier: Dossier, edition: Edition, packs: Packs, prefix: str, today: date
) -> list[FieldProblem]:
    """Return what is wrong with a dossier as entered: texts, entries, and stars that lapse before the end."""
    return [
        *problems_of_entry(dossier, prefix, today),
        *lapsed_star_problems(dossier, edition.planned, packs.products, prefix),
    ]


def problems_of_entry(dossier: Dossier, prefix: str, today: date) -> list[FieldProblem]:
    """Return what is wrong with texts and entries alone."""
    return [*check_texts(prefix.removesuffix("."), to_json(dossier)), *check_dossier(dossier, prefix, today)]


async def get_packs(uow: UnitOfWork, edition: Edition) -> Packs:
    """Return the packs that an edition is judged by: those of its first official day."""
    return await repository.get_packs(uow.session, edition.planned.first, edition.province_register)


async def vet(uow: UnitOfWork, subject: Subject, packs: Packs, occasion: str) -> Vetted:
    """Judge an application by the packs of its edition, and keep what was said and why."""
    return (await vet_all(uow, [subject], packs, occasion))[0]


async def vet_all(uow: UnitOfWork, subjects: Sequence[Subject], packs: Packs, occasion: str) -> list[Vetted]:
    """Judge applications for one edition."""
    return await keep_all(uow, [judge(subject, packs) for subject in subjects], occasion)


async def keep_all(uow: UnitOfWork, judgements: Sequence[Judgement], occasion: str) -> list[Vetted]:
    """Keep what was said of applications and why."""
    stored = [_to_stored(uow, judgement, occasion) for judgement in judgements]
    await repository.add_evaluations(uow.session, stored)
    return [
        Vetted(judgement, Explained(one, to_reasons(one.open_codes, judgement.packs.eligibility, one.findings)))
        for judgement, one in zip(judgements, stored, strict=True)
    ]


def _to_stored(uow: UnitOfWork, judgement: Judgement, occasion: str) -> StoredEvaluation:
    """Return an evaluation with pack versions, inputs and the outcome of each rule."""
    subject, ranking = judgement.subject, judgement.ranking
    return StoredEvaluation(
        evaluation_id=uow.new_id(),
        application_id=subject.stored.application_id,
        occasion=occasion,
        revision=subject.revision,
        first_on=subject.edition.planned.first,
        last_on=subject.edition.planned.last,
        packs=judgement.packs.versions_on(subject.edition.planned.first),
        inputs=repository.dump_case(judgement.case),
        tier=ranking.tier,
        points=ranking.points,
        merits=[{"name": merit.name, "points": merit.points} for merit in ranking.merits],
        evaluated_at=uow.now,
        **repository.dump_evaluation(judgement.evaluation),
    )


def to_known_names(codes: Sequence[str], packs: Eligibility) -> tuple[str, ...]:
    """Return codes (``R07`` or ``certificate_expired``) as names, each once; raises InvalidInputError on others."""
    found = [(place, packs.find_code(code)) for place, code in enumerate(codes)]
    problems = [
        FieldProblem(
            f"reason_codes[{place}]", "unknown_code", "Không có mã lý do này.", "There is no such reason code."
        )
        for place, rule in found
        if rule is None
    ]
    if problems:
        raise InvalidInputError(problems)
    return tuple(dict.fromkeys(rule.name for _, rule in found if rule is not None))


async def explain(uow: UnitOfWork, evaluations: Sequence[StoredEvaluation]) -> list[Explained]:
    """Return evaluations with the texts of their open codes, by the packs that they were made with."""
    made_with = {one.made_with for one in evaluations}
    used = {one: await repository.get_packs(uow.session, *one) for one in made_with}
    return [
        Explained(one, to_reasons(one.open_codes, used[one.made_with].eligibility, one.findings)) for one in evaluations
    ]


async def explain_newest(uow: UnitOfWork, application_ids: Sequence[UUID]) -> dict[UUID, Explained]:
    """Return the newest evaluation of each application, explained."""
    newest = await repository.list_newest(uow.session, application_ids)
    return {one.stored.application_id: one for one in await explain(uow, list(newest.values()))}
