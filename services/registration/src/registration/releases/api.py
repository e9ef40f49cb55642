"""Tentative decisions, the second pair of eyes, the preview and the release over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.contracts.base import Digest, Reason
from common.contracts.registration import ApplicationAccepted, ApplicationReturned, ApplicationRevoked
from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router
from registration.applications.domain import bars
from registration.releases import handlers
from registration.releases.handlers import OPEN, Letter, Preview, Standing
from registration.reviews import repository as decisions
from registration.reviews.api import DecisionEntry, RevocationEntry, reviewer_of
from registration.reviews.domain import DecisionState, KeptDecision, Verdict

router = new_router("releases")


class DecisionView(BaseModel):
    """A decision on its way: who proposed it, who agreed, whether it was told."""

    decision_id: UUID
    application_id: UUID
    verdict: Verdict
    reason_codes: tuple[str, ...]
    reply_by_at: datetime | None
    is_override: bool
    state: DecisionState
    proposed_by: str
    proposed_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    answer_reason: str | None
    released_at: datetime | None

    @classmethod
    def of(cls, kept: KeptDecision) -> "DecisionView":
        same = {name: getattr(kept, name) for name in cls.model_fields if name != "is_override"}
        return cls(is_override=kept.override_reason is not None, **same)


class AnswerEntry(Strict):
    """What the second person says."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agrees": True}]})

    agrees: bool
    reason: Paragraph | None = None


class LetterView(BaseModel):
    """What one vendor would be told; ``purpose`` is the event that brings the letter.

    ``bars``: it also keeps the vendor from the next edition.
    """

    application_id: UUID
    trade_name: str
    purpose: str
    reasons: tuple[Reason, ...]
    reply_by_at: datetime | None
    bars: bool

    @classmethod
    def of(cls, letter: Letter) -> "LetterView":
        event = letter.settled.event
        reasons = event.priority.reasons if isinstance(event, ApplicationAccepted) else event.reasons
        return cls(
            application_id=event.application_id,
            trade_name=letter.trade_name,
            purpose=f"application_{letter.settled.application.state.value}",
            reasons=reasons,
            reply_by_at=event.reply_by_at if isinstance(event, ApplicationReturned) else None,
            bars=isinstance(event, ApplicationRevoked) and bars([one.code for one in reasons]),
        )


class StandingView(BaseModel):
    """A decision that would not be told now, and what stands against it; nothing: a second person is awaited."""

    decision: DecisionView
    problem: dict[str, Any] | None

    @classmethod
    def of(cls, standing: Standing) -> "StandingView":
        error = standing.problem
        problem = error and {"code": error.code, "vi": error.message_vi, "en": error.message_en}
        return cls(decision=DecisionView.of(standing.kept), problem=problem)


class QuotaUseView(BaseModel):
    """A quota with the booths accepted before and after; ``over`` stand behind the ceiling by points and rank."""

    dimension: str
    code: str
    floor: int | None
    ceiling: int | None
    before: int
    after: int
    over: tuple[UUID, ...]


class PreviewView(BaseModel):
    """All that follows from a release; hand in its ``digest`` to release just this."""

    digest: str
    letters: tuple[LetterView, ...]
    waiting: tuple[StandingView, ...]
    outdated: tuple[StandingView, ...]
    quotas: tuple[QuotaUseView, ...]
    booth_target: int
    booths: int
    behind_target: tuple[UUID, ...]

    @classmethod
    def of(cls, preview: Preview) -> "PreviewView":
        return cls(
            digest=preview.digest,
            letters=tuple(map(LetterView.of, preview.letters)),
            waiting=tuple(map(StandingView.of, preview.waiting)),
            outdated=tuple(map(StandingView.of, preview.outdated)),
            quotas=tuple(QuotaUseView(**vars(use)) for use in preview.quotas),
            booth_target=preview.booth_target,
            booths=preview.booths,
            behind_target=preview.behind_target,
        )


class ReleaseEntry(Strict):
    """The digest of the preview that was looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digest": "0" * 64}]})

    digest: Digest


@router.post("/applications/{application_id}/tentative-decisions", status_code=201, dependencies=[allow(Role.REVIEWER)])
async def propose(application_id: UUID, entry: DecisionEntry, uow: Uow, caller: Caller) -> DecisionView:
    """Propose a decision; nobody is told before the release."""
    return DecisionView.of(await handlers.propose(uow, application_id, entry.to_decision(), reviewer_of(caller)))


@router.post(
    "/applications/{application_id}/tentative-revocations", status_code=201, dependencies=[allow(Role.ORGANISER)]
)
async def propose_revocation(application_id: UUID, entry: RevocationEntry, uow: Uow, caller: Caller) -> DecisionView:
    """Propose to take an acceptance back; answered, looked at and told as any other decision."""
    return DecisionView.of(await handlers.propose(uow, application_id, entry.to_decision(), reviewer_of(caller)))


@router.get(
    "/editions/{edition_id}/tentative-decisions", dependencies=[allow(Role.REVIEWER, Role.ORGANISER, Role.COMMITTEE)]
)
async def list_open(edition_id: UUID, uow: Uow) -> list[DecisionView]:
    """List the decisions of an edition that wait for a second person or for the release."""
    return [DecisionView.of(kept) for kept in await decisions.list_decisions(uow.session, edition_id, OPEN)]


@router.post("/tentative-decisions/{decision_id}/answer", dependencies=[allow(Role.REVIEWER, Role.ORGANISER)])
async def answer(decision_id: UUID, entry: AnswerEntry, uow: Uow, caller: Caller) -> DecisionView:
    """Agree to a decision or refuse it, as a second person."""
    answered = handlers.answer_decision(uow, decision_id, reviewer_of(caller), entry.reason, agrees=entry.agrees)
    return DecisionView.of(await answered)


@router.post("/tentative-decisions/{decision_id}/withdrawal", dependencies=[allow(Role.REVIEWER, Role.ORGANISER)])
async def take_back(decision_id: UUID, uow: Uow) -> DecisionView:
    """Give a decision up before it is told."""
    return DecisionView.of(await handlers.take_decision_back(uow, decision_id))


@router.get("/editions/{edition_id}/decision-preview", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def preview(edition_id: UUID, uow: Uow) -> PreviewView:
    """Return all that would follow from a release now: letters, quotas, who is over, what waits or is outdated."""
    return PreviewView.of(await handlers.preview(uow, edition_id))


@router.post("/editions/{edition_id}/decision-release", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def release(edition_id: UUID, entry: ReleaseEntry, uow: Uow) -> PreviewView:
    """Tell all decisions that are ready, together; refused where they are not those that were looked at."""
    return PreviewView.of(await handlers.release_together(uow, edition_id, entry.digest))
