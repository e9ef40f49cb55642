"""Decisions on applications, and what becomes of them as dates pass or move."""

from datetime import datetime
from uuid import UUID

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
from registration.dossiers import handlers as dossiers
from registration.editions import repository as editions
from registration.editions.domain import Days, Edition
from registration.reviews.domain import (
    Decision,
    OpenCode,
    Reviewer,
    Verdict,
    check_acceptance,
    check_independence,
    choose_reasons,
)
from registration.schedules import handlers as schedules
from registration.subsidies.domain import rate_for
from registration.vetting import handlers as vetting
from registration.vetting.evaluation import blocking_codes
from registration.vetting.handlers import Judgement


async def decide(uow: UnitOfWork, application_id: UUID, decision: Decision, reviewer: Reviewer) -> Reviewed:
    """Accept, return or reject an application, judged anew; raises OpenCodesError, ForbiddenError."""
    application, edition = await applications.open_application(uow, application_id)
    check_independence(reviewer, application.nominating_agency_code, application.nominating_province_code)
    under_review = domain.begin_review(application)
    packs = await vetting.get_packs(uow, edition)
    subject = await applications.to_subject(uow, application, edition, packs)
    vetted = await vetting.vet(uow, subject, packs, "decision")
    decided = _DECIDE[decision.verdict](uow, under_review, decision, vetted.judgement)
    await repository.save_application(uow.session, decided)
    return Reviewed(decided, vetted)


def _open_codes(judgement: Judgement) -> list[OpenCode]:
    rules = judgement.packs.eligibility
    found = [rules.find_code(code) for code in blocking_codes(judgement.evaluation, judgement.case, rules)]
    return [OpenCode(rule.code, rule.name, rule.overridable) for rule in found if rule is not None]


def _accept(uow: UnitOfWork, application: Application, decision: Decision, judgement: Judgement) -> Application:
    check_acceptance(_open_codes(judgement), decision.override_reason)
    accepted = domain.accept(application, uow.now, decision.override_reason)
    uow.emit(_to_accepted(accepted, judgement))
    return accepted


def _choose(decision: Decision, judgement: Judgement) -> tuple[str, ...]:
    given = vetting.to_known_names(decision.reason_codes, judgement.packs.eligibility)
    return choose_reasons(given, [one.name for one in _open_codes(judgement)])


def _send_back(uow: UnitOfWork, application: Application, decision: Decision, judgement: Judgement) -> Application:
    reasons = _choose(decision, judgement)
    deadlines = judgement.packs.eligibility.deadlines
    first_on = judgement.subject.edition.planned.first
    usual = domain.default_reply_by(uow.now, first_on, deadlines.reply_working_days, deadlines.last_reply_days_before)
    reply_by_at = decision.reply_by_at or usual
    if reply_by_at <= uow.now:
        problem = FieldProblem("reply_by_at", "in_the_past", "Hạn bổ sung đã qua.", "The date has passed already.")
        raise InvalidInputError([problem])
    returned = domain.send_back(application, uow.now, reasons, reply_by_at)
    uow.emit(
        ApplicationReturned(
            edition_id=application.edition_id,
            application_id=application.application_id,
            vendor_id=application.vendor_id,
            reasons=vetting.to_reasons(reasons, judgement.packs.eligibility),
            reply_by_at=reply_by_at,
        )
    )
    return returned


def _reject(uow: UnitOfWork, application: Application, decision: Decision, judgement: Judgement) -> Application:
    reasons = _choose(decision, judgement)
    rejected = domain.reject(application, uow.now, reasons)
    uow.emit(_to_rejected(rejected, vetting.to_reasons(reasons, judgement.packs.eligibility)))
    return rejected


_DECIDE = {Verdict.ACCEPT: _accept, Verdict.RETURN: _send_back, Verdict.REJECT: _reject}


def _to_accepted(application: Application, judgement: Judgement) -> ApplicationAccepted:
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
    text = LocalText(vi=rules.basis_vi, en=rules.basis_en)
    reason = Reason(code="booth_support", text=text, rule=f"subsidy/{rules.version}#rate")
    return Support(rate_percent=rate, max_booths=rules.max_booths, reason=reason)


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
    packs = await vetting.get_packs(uow, after)
    accepted = await repository.lock_in_states(uow.session, edition_id, [ApplicationState.ACCEPTED])
    subjects = await applications.to_subjects(uow, accepted, after, packs)
    await vetting.vet_all(uow, subjects, packs, "reschedule")
    return after
