"""Evaluations over HTTP: what the rules said, by which versions, from which inputs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from common.contracts.base import Reason
from common.tokens import Role
from common.web import Uow, allow, new_router, public
from registration.applications import handlers as applications
from registration.rules import repository as rules
from registration.vetting import handlers, repository
from registration.vetting.filed_papers import WORTHS, Worth
from registration.vetting.handlers import Explained
from registration.vetting.paper_names import name_paper
from registration.vetting.weighing import WeighedPaper, weigh_papers

router = new_router("vetting")


class EvaluationView(BaseModel):
    """An evaluation; ``outcome`` is what follows from the open codes: accept, return, manual, reject."""

    evaluation_id: UUID
    occasion: str
    revision: int
    first_on: date
    last_on: date
    packs: dict[str, str]
    outcome: str
    reasons: tuple[Reason, ...]
    products: list[dict[str, Any]]
    tier: str | None
    points: int
    merits: list[dict[str, Any]]
    evaluated_at: datetime

    @classmethod
    def of(cls, explained: Explained) -> "EvaluationView":
        stored = explained.stored
        return cls(reasons=explained.reasons, **{name: getattr(stored, name) for name in _SAME})


_SAME = sorted(set(EvaluationView.model_fields) - {"reasons"})


class EvaluationDetail(EvaluationView):
    """An evaluation with its inputs and the outcome of every rule."""

    inputs: dict[str, Any]
    rules: list[dict[str, Any]]


class MandatoryPaperView(BaseModel):
    """A paper that the rules ask an application for, and how far it is proven; ``product`` where it proves stars.

    ``worth``: ``verified``; ``on_file``, not looked at yet; ``stated``, by number only and not seen; ``not_on_file``;
    ``does_not_match``, ``unreadable``, ``expired``, ``forged``, as a person found.
    """

    code: str
    kind: str
    name_vi: str
    name_en: str
    number: str | None
    product: str | None
    worth: Worth
    worth_vi: str
    worth_en: str

    @classmethod
    def of(cls, paper: WeighedPaper) -> "MandatoryPaperView":
        (name_vi, name_en), (worth_vi, worth_en) = name_paper(paper.kind), WORTHS[paper.worth]
        return cls(name_vi=name_vi, name_en=name_en, worth_vi=worth_vi, worth_en=worth_en, **vars(paper))


class RulePackView(BaseModel):
    """One version of a rule pack."""

    pack: str
    version: str
    valid_from: date
    valid_to: date | None
    legal_document: str | None
    trust: str
    title: dict[str, str] | None
    digest: str
    body: dict[str, Any]


@router.get("/applications/{application_id}/evaluations", dependencies=[allow(Role.REVIEWER, Role.ORGANISER)])
async def list_evaluations(application_id: UUID, uow: Uow) -> list[EvaluationDetail]:
    """List all evaluations of an application, oldest first."""
    found = await handlers.explain(uow, await repository.list_evaluations(uow.session, application_id))
    return [
        EvaluationDetail(**EvaluationView.of(one).model_dump(), inputs=one.stored.inputs, rules=one.stored.rules)
        for one in found
    ]


@router.get("/applications/{application_id}/mandatory-papers", dependencies=[allow(Role.REVIEWER, Role.ORGANISER)])
async def list_mandatory_papers(application_id: UUID, uow: Uow) -> list[MandatoryPaperView]:
    """List the papers that the rules ask an application for: seen or stated only, as of now."""
    judgement = await applications.judge_newest(uow, application_id)
    papers = weigh_papers(judgement.subject, judgement.case, judgement.packs.eligibility)
    return [MandatoryPaperView.of(one) for one in papers]


@router.get("/rule-packs", dependencies=[public])
async def list_rule_packs(uow: Uow) -> list[RulePackView]:
    """List every version of every rule pack, with the dates it is in force and what it rests on."""
    found = await rules.list_packs(uow.session)
    return [RulePackView.model_validate(row, from_attributes=True) for row in found]
