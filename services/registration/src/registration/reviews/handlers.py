"""Decisions on applications: made, checked, told, kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from common.contracts.base import Reason
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationRevoked,
)
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.acceptances.handlers import to_accepted
from registration.applications import domain, repository
from registration.applications import handlers as applications
from registration.applications.domain import Application
from registration.applications.handlers import Reviewed
from registration.applications.subjects import to_subject
from registration.assignments import handlers as assignments
from registration.assignments.domain import Reviewer
from registration.editions import repository as editions
from registration.lapses.settling import close_of_application
from registration.lapses.signs import ask_about_sign, read_signs
from registration.reviews import repository as decisions
from registration.reviews.domain import (
    Decision,
    DecisionState,
    KeptDecision,
    OpenCode,
    Policy,
    Verdict,
    check_acceptance,
    check_direct,
    check_other_person,
    check_policy,
    choose_reasons,
    over_for,
)
from registration.vetting import handlers as vetting
from registration.vetting.evaluation import blocking_codes
from registration.vetting.handlers import Judgement
from registration.vetting.reasons import say_unseen, to_reasons
from registration.vetting.weighing import list_unseen, weigh_papers

OCCASIONS = {Verdict.REVOKE: "revocation"}


@dataclass(frozen=True)
class Settled:
    """What a decision makes of an application, and the event that tells it."""

    application: Application
    event: ApplicationAccepted | ApplicationReturned | ApplicationRejected | ApplicationRevoked


async def decide(uow: UnitOfWork, application_id: UUID, decision: Decision, reviewer: Reviewer) -> Reviewed:
    """Accept, return or reject an application or take its acceptance back, judged anew, and tell it at once.

    Raises OpenCodesError, ForbiddenError; SecondPersonNeededError, ReleasedTogetherError where the edition's policy
    asks for a proposal instead.
    """
    application, edition = await applications.open_application(uow, application_id, over=over_for(decision.verdict))
    policy = await decisions.get_policy(uow.session, edition.edition_id)
    check_direct(decision, policy)
    await check_who_decides(uow, application, decision, reviewer, policy)
    packs = await vetting.get_packs(uow, edition)
    subject = await to_subject(uow, application, edition, packs)
    signs = await read_signs(uow, edition, [application_id] if decision.verdict is Verdict.REVOKE else [])
    vetted = await vetting.vet(uow, subject, packs, OCCASIONS.get(decision.verdict, "decision"))
    settled = settle(application, decision, vetted.judgement, uow.now)
    kept = to_kept(uow, application, decision, settled, reviewer, DecisionState.RELEASED)
    await decisions.add_decision(uow.session, replace(kept, released_at=uow.now))
    await repository.save_application(uow.session, settled.application)
    await close_of_application(uow, application_id)
    await ask_about_sign(uow, settled.application, edition, signs)
    uow.emit(settled.event)
    return Reviewed(settled.application, vetted)


async def check_who_decides(
    uow: UnitOfWork, application: Application, decision: Decision, reviewer: Reviewer, policy: Policy
) -> None:
    """Raise where who decides has an interest, it is another's turn, or on appeal it is who rejected.

    Nobody's turn it is to take an acceptance back.
    """
    is_review, on_appeal = decision.verdict is not Verdict.REVOKE, application.has_appealed
    await assignments.check_reviewer(uow, application.application_id, reviewer, in_turn=is_review and not on_appeal)
    if is_review and on_appeal:
        last = await decisions.find_rejection(uow.session, application.application_id)
        if last is not None:
            check_other_person(reviewer.subject, [last.proposed_by, last.answered_by], policy)


def settle(application: Application, decision: Decision, judgement: Judgement, now: datetime) -> Settled:
    """Return what a decision makes of an application; raises what stands against it, and changes nothing."""
    is_review = decision.verdict is not Verdict.REVOKE
    return _SETTLE[decision.verdict](
        domain.begin_review(application) if is_review else application, decision, judgement, now
    )


def to_kept(
    uow: UnitOfWork,
    application: Application,
    decision: Decision,
    settled: Settled,
    reviewer: Reviewer,
    state: DecisionState,
) -> KeptDecision:
    """Return a decision as it is kept, with the reasons and the date that were settled."""
    return KeptDecision(
        decision_id=uow.new_id(),
        application_id=application.application_id,
        edition_id=application.edition_id,
        revision=application.revision,
        verdict=decision.verdict,
        reason_codes=settled.application.reason_codes,
        reply_by_at=settled.application.reply_by_at,
        override_reason=decision.override_reason,
        state=state,
        proposed_by=reviewer.subject,
        proposed_at=uow.now,
    )


def open_codes(judgement: Judgement) -> list[OpenCode]:
    """Return what stands against acceptance."""
    rules = judgement.packs.eligibility
    found = [rules.find_code(code) for code in blocking_codes(judgement.evaluation, judgement.case, rules)]
    return [OpenCode(rule.code, rule.name, rule.overridable) for rule in found if rule is not None]


def _accept(application: Application, decision: Decision, judgement: Judgement, now: datetime) -> Settled:
    check_acceptance(open_codes(judgement), decision.override_reason)
    accepted = domain.accept(application, now, decision.override_reason)
    return Settled(accepted, to_accepted(accepted, judgement))


def _choose(decision: Decision, judgement: Judgement) -> tuple[str, ...]:
    given = vetting.to_known_names(decision.reason_codes, judgement.packs.eligibility)
    return choose_reasons(given, [one.name for one in open_codes(judgement)])


def _send_back(application: Application, decision: Decision, judgement: Judgement, now: datetime) -> Settled:
    reasons = _choose(decision, judgement)
    deadlines = judgement.packs.eligibility.deadlines
    first_on = judgement.subject.edition.planned.first
    usual = domain.default_reply_by(now, first_on, deadlines.reply_working_days, deadlines.last_reply_days_before)
    reply_by_at = decision.reply_by_at or usual
    if reply_by_at <= now:
        problem = FieldProblem("reply_by_at", "in_the_past", "Hạn bổ sung đã qua.", "The date has passed already.")
        raise InvalidInputError([problem])
    returned = domain.send_back(application, now, reasons, reply_by_at)
    event = ApplicationReturned(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        reasons=_say_what_is_missing(reasons, judgement),
        reply_by_at=reply_by_at,
    )
    return Settled(returned, event)


def _say_what_is_missing(codes: Sequence[str], judgement: Judgement) -> tuple[Reason, ...]:
    """Return the reasons of a return, each with the kinds of papers that are missing and for how many products.

    A code that nothing stands against asks for the files of its papers that are only stated.
    """
    rules, findings = judgement.packs.eligibility, judgement.evaluation.findings
    papers = weigh_papers(judgement.subject, judgement.case, rules)
    told: list[Reason] = []
    for reason in to_reasons(codes, rules, findings):
        rule = rules.find_code(reason.code)
        is_open = rule is None or any(one.code == rule.code for one in findings)
        unseen = [] if rule is None or is_open else list_unseen(papers, rule.code)
        more = missing_for(reason.code, judgement)
        told.append(
            say_unseen(reason, unseen) if unseen else reason.model_copy(update={"data": {**reason.data, **more}})
        )
    return tuple(told)


def missing_for(name: str, judgement: Judgement) -> dict[str, str | int]:
    """Return which papers are missing for a code, and for how many products; empty where it is about no paper."""
    rule = judgement.packs.eligibility.find_code(name)
    findings = [one for one in judgement.evaluation.findings if rule is not None and one.code == rule.code]
    papers = sorted({str(one.data["missing"]) for one in findings if one.data.get("missing")})
    products = len({one.product_id for one in findings if one.product_id is not None})
    return {
        **({"missing": " ".join(papers)} if papers else {}),
        **({"products": products} if products else {}),
    }


def _reject(application: Application, decision: Decision, judgement: Judgement, now: datetime) -> Settled:
    reasons = _choose(decision, judgement)
    rejected = domain.reject(application, now, reasons)
    return Settled(
        rejected,
        to_rejected(rejected, to_reasons(reasons, judgement.packs.eligibility, judgement.evaluation.findings)),
    )


def _revoke(application: Application, decision: Decision, judgement: Judgement, now: datetime) -> Settled:
    """Take an acceptance back for the reasons given; what was found since is told with them."""
    rules = judgement.packs.eligibility
    reasons = choose_reasons(vetting.to_known_names(decision.reason_codes, rules), ())
    revoked = domain.revoke(application, now, reasons)
    event = ApplicationRevoked(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        reasons=to_reasons(reasons, rules, judgement.evaluation.findings),
    )
    return Settled(revoked, event)


_SETTLE = {
    Verdict.ACCEPT: _accept,
    Verdict.RETURN: _send_back,
    Verdict.REJECT: _reject,
    Verdict.REVOKE: _revoke,
}


def to_rejected(application: Application, reasons: tuple[Reason, ...]) -> ApplicationRejected:
    """Return the event that tells a rejection."""
    return ApplicationRejected(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        reasons=reasons,
    )


async def set_policy(uow: UnitOfWork, edition_id: UUID, policy: Policy, set_by: str) -> Policy:
    """Set how an edition is reviewed; decisions told before stay as they are, and each change is kept.

    Raises SecondPersonKeptError once the registration has opened.
    """
    edition = await editions.hold_running(uow.session, edition_id)
    before = await decisions.get_policy(uow.session, edition_id)
    check_policy(before, policy, edition.resume_to or edition.state)
    if policy != before:
        row = {"edition_id": edition_id, "set_by": set_by, "set_at": uow.now}
        await decisions.set_policy(uow.session, uow.new_id(), {**row, **vars(policy)})
    return policy
