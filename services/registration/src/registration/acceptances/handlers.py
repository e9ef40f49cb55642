"""Puts together what is told with an acceptance."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from common.calendar import local_date
from common.contracts.base import LocalText, Reason
from common.contracts.registration import ApplicationAccepted, ExhibitedProduct, Priority, Support
from registration.applications.domain import Application
from registration.dossiers import handlers as dossiers
from registration.subsidies.domain import FirstLine, rate_for
from registration.vetting.domain import Lapsing
from registration.vetting.handlers import Judgement
from registration.vetting.reasons import to_reasons


def to_accepted(
    application: Application,
    judgement: Judgement,
    lapsed: Collection[UUID] = (),
    reply_by_at: datetime | None = None,
    renewed: Collection[UUID] = (),
    papers: Collection[Lapsing] = (),
) -> ApplicationAccepted:
    """Return the event that tells an acceptance, with the products that count now, and those that lapsed meanwhile.

    Where none counts any more, or other ``papers`` lapse, new ones are waited for until ``reply_by_at``.
    """
    subject = judgement.subject
    eligible = {one.product_id: one.stars for one in judgement.evaluation.products if one.is_eligible}
    again = {key: stars for key, stars in eligible.items() if key in renewed}
    held = {one.product_id: one.stars for one in judgement.case.products if one.product_id in lapsed}
    return ApplicationAccepted(
        edition_id=application.edition_id,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        vendor=dossiers.to_public_vendor(subject.vendor),
        products=_to_exhibited(judgement, eligible),
        booths_granted=min(subject.stored.dossier.booths_wanted, judgement.packs.eligibility.max_booths),
        wishes=dossiers.to_wishes(subject.stored.dossier.wishes),
        priority=_to_priority(judgement),
        support=_to_support(judgement),
        on_appeal=application.has_appealed,
        is_first_event=judgement.subject.record.is_first_event,
        nominating_province_code=application.nominating_province_code,
        nomination_rank=application.rank,
        lapsed=_to_exhibited(judgement, held),
        renewed=_to_exhibited(judgement, again),
        lapsing_papers=_to_lapsing(judgement, papers),
        reply_by_at=reply_by_at,
    )


def _to_lapsing(judgement: Judgement, papers: Collection[Lapsing]) -> tuple[Reason, ...]:
    """Return the codes that ask for papers which lapse, each with which lapses when."""
    kinds = {(code, kind) for code, kind, _ in papers}
    found = [one for one in judgement.evaluation.findings if (one.code, one.data.get("lapsing")) in kinds]
    return to_reasons(sorted({one.code for one in found}), judgement.packs.eligibility, found)


def _to_exhibited(judgement: Judgement, stars: Mapping[UUID, int]) -> tuple[ExhibitedProduct, ...]:
    """Return those products of a dossier that ``stars`` names, with so many."""
    return tuple(
        dossiers.to_exhibited(product, facts.product_id, facts.group, stars[facts.product_id], facts.valid_to)
        for product, facts in zip(judgement.subject.stored.dossier.products, judgement.case.products, strict=True)
        if facts.product_id in stars
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
