"""Decisions on applications, and what becomes of them as dates pass or move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import LegalDocument, LocalText, Reason
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationReturned,
    Priority,
    Support,
)
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.applications import domain, repository
from registration.applications import handlers as applications
from registration.applications.domain import Application, ApplicationState
from registration.applications.handlers import Reviewed
from registration.assignments import handlers as assignments
from registration.assignments.domain import Reviewer
from registration.dossiers import handlers as dossiers
from registration.editions import repository as editions
from registration.editions.domain import Days, Edition
from registration.freezes import handlers as freezes
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
    choose_reasons,
)
from registration.schedules import handlers as schedules
from registration.subsidies.domain import FirstLine, rate_for
from registration.vetting import handlers as vetting
from registration.vetting.evaluation import blocking_codes
from registration.vetting.handlers import Judgement


@dataclass(frozen=True)
class Settled:
    """What a decision makes of an application, and the event that tells it."""

    application: Application
    event: ApplicationAccepted | ApplicationReturned | ApplicationRejected


async def decide(uow: UnitOfWork, application_id: UUID, decision: Decision, reviewer: Reviewer) -> Reviewed:
    """Accept, return or reject an application, judged anew, and tell it at once.

    Raises OpenCodesError, ForbiddenError; SecondPersonNeededError, ReleasedTogetherError where the edition's policy
    asks for a proposal instead.
    """
    application, edition = await applications.open_application(uow, application_id)
    policy = await decisions.get_policy(uow.session, edition.edition_id)
    check_direct(decision, policy)
    await check_who_decides(uow, application, reviewer, policy)
    packs = await vetting.get_packs(uow, edition)
    subject = await applications.to_subject(uow, application, edition, packs)
    vetted = await vetting.vet(uow, subject, packs, "decision")
    settled = settle(application, decision, vetted.judgement, uow.now)
    kept = to_kept(uow, application, decision, settled, reviewer, DecisionState.RELEASED)
    await decisions.add_decision(uow.session, replace(kept, released_at=uow.now))
    await repository.save_application(uow.session, settled.application)
    uow.emit(settled.event)
    return Reviewed(settled.application, vetted)


async def check_who_decides(uow: UnitOfWork, application: Application, reviewer: Reviewer, policy: Policy) -> None:
    """Raise where the reviewer has an interest, it is another's turn, or on appeal it is who rejected."""
    on_appeal = application.has_appealed
    await assignments.check_reviewer(uow, application.application_id, reviewer, in_turn=not on_appeal)
    if on_appeal:
        last = await decisions.find_rejection(uow.session, application.application_id)
        if last is not None:
            check_other_person(reviewer.subject, [last.proposed_by, last.answered_by], policy)


def settle(application: Application, decision: Decision, judgement: Judgement, now: datetime) -> Settled:
    """Return what a decision makes of an application; raises what stands against it, and changes nothing."""
    return _SETTLE[decision.verdict](domain.begin_review(application), decision, judgement, now)


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
    """Return the reasons of a return, each with the kinds of papers that are missing and for how many products."""
    rules = judgement.packs.eligibility
    return tuple(
        reason.model_copy(update={"data": {**reason.data, **missing_for(reason.code, judgement)}})
        for reason in vetting.to_reasons(codes, rules)
    )


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
    return Settled(rejected, _to_rejected(rejected, vetting.to_reasons(reasons, judgement.packs.eligibility)))


_SETTLE = {Verdict.ACCEPT: _accept, Verdict.RETURN: _send_back, Verdict.REJECT: _reject}


def to_accepted(application: Application, judgement: Judgement) -> ApplicationAccepted:
    """Return the event that tells an acceptance, with the products that count now."""
    subject = judgement.subject
    eligible = {one.product_id: one.stars for one in judgement.evaluation.products if one.is_eligible}
    return ApplicationAccepted(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        vendor=dossiers.to_public_vendor(subject.vendor),
        products=tuple(
            dossiers.to_exhibited(product, facts.product_id, facts.group, eligible[facts.product_id], facts.valid_to)
            for product, facts in zip(subject.stored.dossier.products, judgement.case.products, strict=True)
            if facts.product_id in eligible
        ),
        booths_granted=min(subject.stored.dossier.booths_wanted, judgement.packs.eligibility.max_booths),
        wishes=dossiers.to_wishes(subject.stored.dossier.wishes),
        priority=_to_priority(judgement),
        support=_to_support(judgement),
        on_appeal=application.has_appealed,
        is_first_event=judgement.subject.record.is_first_event,
    )


def _to_priority(judgement: Judgement) -> Priority:
    rules = judgement.packs.priorities
    reasons = tuple(
        Reason(
            code=merit.name,
            text=LocalText(vi=rules.texts[merit.name][0], en=rules.texts[merit.name][1]),
            rule=f"eligibility/{rules.version}#priority",
            data={"points": merit.points},
        )
        for merit in judgement.ranking.merits
    )
    return Priority(points=judgement.ranking.points, reasons=reasons)


def _to_support(judgement: Judgement) -> Support | None:
    rules = judgement.packs.subsidy
    if rules is None:
        return None
    rate = rate_for(rules, judgement.subject.edition.theme_region, is_home=judgement.case.is_home)
    if rate is None:
        return None
    first = judgement.subject.first_support
    if first is not None and rate > 0:
        return _refuse_support(first, judgement)
    text = LocalText(vi=rules.basis_vi, en=rules.basis_en)
    reason = Reason(code="booth_support", text=text, rule=f"subsidy/{rules.version}#rate")
    return Support(rate_percent=rate, max_booths=rules.max_booths, reason=reason)


def _refuse_support(first: FirstLine, judgement: Judgement) -> Support:
    """Return R16: nothing is given, because the ledger has the same for this producer already; its line is named."""
    day = local_date(first.entered_at)
    vi = f"R16: Đã được hỗ trợ cho cùng nội dung (dòng đầu ghi ngày {day:%d/%m/%Y})."
    en = f"R16: The same purpose has been supported already (first line of {day.isoformat()})."
    reason = Reason(
        code="already_supported",
        text=LocalText(vi=vi, en=en),
        rule=f"eligibility/{judgement.packs.eligibility.version}#R16",
        data={"first_line_id": str(first.line_id), "entered_on": day},
    )
    return Support(rate_percent=0, max_booths=0, reason=reason)


def _to_rejected(application: Application, reasons: tuple[Reason, ...]) -> ApplicationRejected:
    return ApplicationRejected(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        reasons=reasons,
    )


async def reject_unanswered(uow: UnitOfWork, limit: int) -> int:
    """Reject returned applications whose date has passed; those of suspended editions wait. A timer."""
    overdue = await repository.lock_unanswered(uow.session, uow.now, limit)
    for application in overdue:
        edition = await editions.get_edition(uow.session, application.edition_id)
        rules = (await vetting.get_packs(uow, edition)).eligibility
        codes = (*application.reason_codes, "no_reply")
        rejected = domain.reject_unanswered(application, uow.now, codes)
        await repository.save_application(uow.session, rejected)
        uow.emit(_to_rejected(rejected, vetting.to_reasons(codes, rules)))
    return len(overdue)


async def find_next_due(uow: UnitOfWork) -> datetime | None:
    """Return when the next supplement is due."""
    return await repository.find_next_reply_by(uow.session)


async def reschedule_edition(
    uow: UnitOfWork, edition_id: UUID, new: Days, reason_code: str, document: LegalDocument | None
) -> Edition:
    """Set new dates, give back the time that a suspension took, and judge accepted applications by the new dates.

    An acceptance stands whatever the new dates say, and is not told again: where a certificate lapses before them,
    the product's class falls in the evaluation kept here.
    """
    before, after = await schedules.reschedule_edition(uow, edition_id, new, reason_code, document)
    if before.suspended_at is not None:
        await repository.move_reply_dates(uow.session, edition_id, uow.now - before.suspended_at)
        await freezes.move_dates(uow, edition_id, before.suspended_at)
    packs = await vetting.get_packs(uow, after)
    accepted = await repository.lock_in_states(uow.session, edition_id, [ApplicationState.ACCEPTED])
    subjects = await applications.to_subjects(uow, accepted, after, packs)
    await vetting.vet_all(uow, subjects, packs, "reschedule")
    return after


async def set_policy(uow: UnitOfWork, edition_id: UUID, policy: Policy, set_by: str) -> Policy:
    """Set how an edition is reviewed; decisions told before stay as they are."""
    await editions.lock_edition(uow.session, edition_id)
    row = {"edition_id": edition_id, "set_by": set_by, "set_at": uow.now}
    await decisions.set_policy(uow.session, {**row, **vars(policy)})
    return policy
