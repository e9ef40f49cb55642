"""Ends acceptances with nothing eligible left: at once, or proposed where the edition asks for a second person."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from common.contracts.registration import ApplicationRevoked
from common.delivery.unit_of_work import UnitOfWork
from registration.applications import domain as application_domain
from registration.applications import repository as application_repository
from registration.assignments.domain import Reviewer
from registration.editions.domain import Edition
from registration.lapses import repository
from registration.lapses.domain import BY_ITSELF, codes_of, is_by_lapse
from registration.lapses.telling import Lapse
from registration.reviews import handlers as reviews
from registration.reviews import repository as decisions
from registration.reviews.domain import Decision, DecisionOpenError, DecisionState, KeptDecision, Verdict, take_back
from registration.vetting.reasons import to_reasons

OPEN = (DecisionState.PROPOSED, DecisionState.AGREED)


def why_ended(lapse: Lapse) -> tuple[str, ...]:
    """Return why an acceptance ends: the recall or the expiry first, then what else is open."""
    was_recalled = any(
        one.certificate is not None and one.certificate.revoked_on is not None
        for one in lapse.judgement.subject.stored.dossier.products
    )
    return codes_of([one.name for one in reviews.open_codes(lapse.judgement)], was_recalled=was_recalled)


async def end(uow: UnitOfWork, lapse: Lapse) -> UUID:
    """End an acceptance that has no eligible product left."""
    application, judgement, codes = lapse.application, lapse.judgement, why_ended(lapse)
    revoked = application_domain.revoke(application, uow.now, codes)
    await application_repository.save_application(uow.session, revoked)
    uow.emit(
        ApplicationRevoked(
            edition_id=application.edition_id,
            application_id=application.application_id,
            vendor_id=application.vendor_id,
            reasons=to_reasons(codes, judgement.packs.eligibility, judgement.evaluation.findings),
        )
    )
    return application.application_id


async def propose_ends(uow: UnitOfWork, left: Sequence[Lapse]) -> None:
    """Propose to end acceptances, as whoever entered the recall; one that is proposed already stays as it is."""
    products = {product for one in left for product in one.product_ids}
    recorders = await repository.list_recorders(uow.session, products)
    for one in left:
        await _propose_end(uow, one, recorders)


async def _propose_end(uow: UnitOfWork, lapse: Lapse, recorders: Mapping[UUID, str]) -> None:
    by = next((recorders[one] for one in lapse.product_ids if one in recorders), BY_ITSELF)
    decision = Decision(Verdict.REVOKE, why_ended(lapse))
    settled = reviews.settle(lapse.application, decision, lapse.judgement, uow.now)
    reviewer = Reviewer(None, None, by)
    kept = reviews.to_kept(uow, lapse.application, decision, settled, reviewer, DecisionState.PROPOSED)
    with suppress(DecisionOpenError):
        await decisions.add_decision(uow.session, kept)


async def give_up_ends(uow: UnitOfWork, edition: Edition, regained: Sequence[Lapse]) -> list[UUID]:
    """Give up what was proposed for lapses alone against acceptances whose products count again; return whose."""
    if not regained:
        return []
    ids = {one.application.application_id for one in regained}
    listed = await decisions.lock_decisions(uow.session, edition.edition_id, OPEN)
    mine = [one for one in listed if one.application_id in ids and is_end_by_lapse(one)]
    await decisions.save_decisions(uow.session, [take_back(one) for one in mine])
    return [one.application_id for one in mine]


async def list_ending(uow: UnitOfWork, edition: Edition) -> set[UUID]:
    """Return which acceptances of an edition an end is proposed for, for lapses alone."""
    listed = await decisions.list_decisions(uow.session, edition.edition_id, OPEN)
    return {one.application_id for one in listed if is_end_by_lapse(one)}


def is_end_by_lapse(kept: KeptDecision) -> bool:
    """Tell whether a decision takes an acceptance back for lapses alone."""
    return kept.verdict is Verdict.REVOKE and is_by_lapse(kept.reason_codes)
