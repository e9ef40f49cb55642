"""Evaluations over HTTP: what the rules said, by which versions, from which inputs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from common.contracts.base import Reason
from common.tokens import Role
from common.web import Uow, allow, new_router, public
from registration.rules import repository as rules
from registration.vetting import handlers, repository
from registration.vetting.handlers import Explained

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


@router.get("/rule-packs", dependencies=[public])
async def list_rule_packs(uow: Uow) -> list[RulePackView]:
    """List every version of every rule pack, with the dates it is in force and what it rests on."""
    found = await rules.list_packs(uow.session)
    return [RulePackView.model_validate(row, from_attributes=True) for row in found]
