"""Decisions over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router
from registration.applications.api import ApplicationView, view_of_reviewed
from registration.assignments.domain import Reviewer
from registration.reviews import handlers
from registration.reviews import repository as decisions
from registration.reviews.domain import Decision, Policy, Verdict

router = new_router("reviews")


class Override(Strict):
    """Why open codes are set aside; kept, never told in public."""

    reason: Paragraph


class DecisionEntry(Strict):
    """A decision; codes as ``R07`` or ``certificate_expired``, left out they are those that the rules found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"decision": "accept"},
                {"decision": "return", "reason_codes": ["R09"], "reply_by_at": "2020-07-22T10:00:00Z"},
            ]
        }
    )

    decision: Literal[Verdict.ACCEPT, Verdict.RETURN, Verdict.REJECT]
    reason_codes: Annotated[tuple[Code, ...], Field(max_length=30)] = ()
    reply_by_at: AwareDatetime | None = None
    override: Override | None = None

    def to_decision(self) -> Decision:
        reason = self.override.reason if self.override else None
        return Decision(self.decision, tuple(self.reason_codes), self.reply_by_at, reason)


class RevocationEntry(Strict):
    """Why an acceptance is taken back; the codes are told to the vendor."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason_codes": ["violation"]}]})

    reason_codes: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]

    def to_decision(self) -> Decision:
        return Decision(Verdict.REVOKE, tuple(self.reason_codes))


def reviewer_of(caller: Caller) -> Reviewer:
    """Return the caller as who decides."""
    return Reviewer(caller.agency_code, caller.province_code, caller.subject)


@router.post("/applications/{application_id}/decisions", status_code=201, dependencies=[allow(Role.REVIEWER)])
async def decide(application_id: UUID, entry: DecisionEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Accept, return or reject; refused with the open codes where the rules stand against acceptance."""
    return view_of_reviewed(await handlers.decide(uow, application_id, entry.to_decision(), reviewer_of(caller)))


@router.post("/applications/{application_id}/revocation", dependencies=[allow(Role.ORGANISER)])
async def revoke(application_id: UUID, entry: RevocationEntry, uow: Uow, caller: Caller) -> ApplicationView:
    """Take an acceptance back for coded reasons; refused where the edition asks for a second person."""
    return view_of_reviewed(await handlers.decide(uow, application_id, entry.to_decision(), reviewer_of(caller)))


class ReviewPolicy(Strict):
    """How an edition is reviewed: all decisions told together; a second person for rejections, overrides and revocations."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"second_person": True, "released_together": True}]}, from_attributes=True
    )

    second_person: bool
    released_together: bool


class PolicyChangeView(BaseModel):
    """How an edition was to be reviewed from then on, and who set it so."""

    second_person: bool
    released_together: bool
    set_by: str
    set_at: datetime


@router.put("/editions/{edition_id}/review-policy", dependencies=[allow(Role.ORGANISER)])
async def set_policy(edition_id: UUID, entry: ReviewPolicy, uow: Uow, caller: Caller) -> ReviewPolicy:
    """Set how an edition is reviewed; without it a reviewer's decision is told at once.

    Once the registration has opened a second person is not given up any more.
    """
    policy = Policy(entry.second_person, entry.released_together)
    return ReviewPolicy.model_validate(await handlers.set_policy(uow, edition_id, policy, caller.subject))


@router.get(
    "/editions/{edition_id}/review-policy/changes", dependencies=[allow(Role.ORGANISER, Role.REVIEWER, Role.COMMITTEE)]
)
async def list_policies(edition_id: UUID, uow: Uow) -> list[PolicyChangeView]:
    """List how an edition was to be reviewed, by whom and since when, oldest first."""
    found = await decisions.list_policies(uow.session, edition_id)
    return [PolicyChangeView.model_validate(one, from_attributes=True) for one in found]


@router.get("/editions/{edition_id}/review-policy", dependencies=[allow(Role.ORGANISER, Role.REVIEWER, Role.COMMITTEE)])
async def get_policy(edition_id: UUID, uow: Uow) -> ReviewPolicy:
    """Return how an edition is reviewed."""
    return ReviewPolicy.model_validate(await decisions.get_policy(uow.session, edition_id))
