"""Decisions are proposed, answered by a second person, looked at with all that follows, and told together."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError
from registration.agencies.domain import region_codes
from registration.applications import handlers as applications
from registration.applications import repository as application_repository
from registration.applications.domain import Application, ApplicationState
from registration.applications.subjects import to_subject, to_subjects
from registration.assignments import handlers as assignments
from registration.assignments.domain import Reviewer
from registration.editions import repository as editions
from registration.editions.domain import Edition
from registration.editions.endings import SETTLED, check_running
from registration.editions.states import EditionState
from registration.lapses.settling import close_of_applications
from registration.lapses.signs import ask_about_sign, read_signs
from registration.quotas.domain import FOREIGN
from registration.releases.domain import (
    Placed,
    QuotaUse,
    behind_target,
    check_digest,
    count_quotas,
    digest_of,
    staying,
)
from registration.reviews import handlers as reviews
from registration.reviews import repository as decisions
from registration.reviews.domain import (
    Decision,
    DecisionState,
    KeptDecision,
    Policy,
    Verdict,
    answer,
    is_ready,
    over_for,
    release,
    take_back,
)
from registration.reviews.handlers import Settled
from registration.vetting import handlers as vetting
from registration.vetting.handlers import Judgement
from registration.vetting.repository import Packs

OPEN = (DecisionState.PROPOSED, DecisionState.AGREED)
LOT = 25  # dossiers judged at once: with all that the rules look at, those of an edition would be some 20 MB

Keep = Callable[[Sequence[Judgement]], Awaitable[object]]


@dataclass(frozen=True)
class Letter:
    """What a vendor would be told, and by which decision."""

    kept: KeptDecision
    trade_name: str
    settled: Settled
    placed: Placed


@dataclass(frozen=True)
class Standing:
    """A decision that cannot be told now: it waits for a second person (no problem), or something stands against it."""

    kept: KeptDecision
    problem: DomainError | None = None


@dataclass(frozen=True)
class Preview:
    """All that follows from telling the decisions that are ready; ``digest`` is given with the release."""

    digest: str
    letters: tuple[Letter, ...]
    waiting: tuple[Standing, ...]
    outdated: tuple[Standing, ...]
    quotas: tuple[QuotaUse, ...]
    booth_target: int
    booths: int
    behind_target: tuple[UUID, ...]


async def propose(uow: UnitOfWork, application_id: UUID, decision: Decision, reviewer: Reviewer) -> KeptDecision:
    """Keep a decision that nobody is told of yet; refused for the same causes as one that is told at once."""
    application, edition = await applications.open_application(uow, application_id, over=over_for(decision.verdict))
    policy = await decisions.get_policy(uow.session, edition.edition_id)
    await reviews.check_who_decides(uow, application, decision, reviewer, policy)
    packs = await vetting.get_packs(uow, edition)
    judgement = vetting.judge(await to_subject(uow, application, edition, packs), packs)
    settled = reviews.settle(application, decision, judgement, uow.now)
    kept = reviews.to_kept(uow, application, decision, settled, reviewer, DecisionState.PROPOSED)
    await decisions.add_decision(uow.session, kept)
    return kept


async def answer_decision(
    uow: UnitOfWork, decision_id: UUID, reviewer: Reviewer, reason: str | None, *, agrees: bool
) -> KeptDecision:
    """Agree to a proposal, or refuse it, as a second person without an interest in it."""
    kept = await _lock(uow, decision_id)
    await assignments.check_reviewer(uow, kept.application_id, reviewer, in_turn=False)
    answered = answer(kept, reviewer.subject, uow.now, reason, agrees=agrees)
    await decisions.save_decisions(uow.session, [answered])
    return answered


async def _lock(uow: UnitOfWork, decision_id: UUID, over: Collection[EditionState] | None = None) -> KeptDecision:
    """Return a decision that nobody else changes meanwhile; raises NotFoundError, EditionOverError."""
    kept = await decisions.lock_decision(uow.session, decision_id)
    edition = await editions.get_edition(uow.session, kept.edition_id)
    check_running(edition.state, over_for(kept.verdict) if over is None else over)
    return kept


async def take_decision_back(uow: UnitOfWork, decision_id: UUID) -> KeptDecision:
    """Give a proposal up; another may be made, a revocation until the result is reported."""
    kept = take_back(await _lock(uow, decision_id, SETTLED))
    await decisions.save_decisions(uow.session, [kept])
    return kept


async def preview(uow: UnitOfWork, edition_id: UUID) -> Preview:
    """Return all that would follow from a release now; changes nothing."""
    edition = await editions.get_edition(uow.session, edition_id)
    listed = await decisions.list_decisions(uow.session, edition_id, OPEN)
    ids = [kept.application_id for kept in listed]
    found = await application_repository.list_by_id(uow.session, ids)
    return await _look(uow, edition, listed, found)


async def _keep_nothing(_judged: Sequence[Judgement]) -> None:
    """A preview leaves no trace."""


async def _look(
    uow: UnitOfWork,
    edition: Edition,
    listed: Sequence[KeptDecision],
    found: dict[UUID, Application],
    keep: Keep = _keep_nothing,
) -> Preview:
    """Judge what is listed, lot by lot; ``keep`` is given the judgements of each lot that would be told."""
    policy = await decisions.get_policy(uow.session, edition.edition_id)
    packs = await vetting.get_packs(uow, edition)
    letters: list[Letter] = []
    standing: list[Standing] = []
    for first in range(0, len(listed), LOT):
        lot = listed[first : first + LOT]
        judged = await _judge(uow, [found[kept.application_id] for kept in lot], edition, packs)
        looked = [_look_at(uow, kept, found[kept.application_id], judged[kept.application_id], policy) for kept in lot]
        told = [one for one in looked if isinstance(one, Letter)]
        standing += [one for one in looked if isinstance(one, Standing)]
        await keep([judged[one.kept.application_id] for one in told])
        letters += told
    ending = {one.kept.application_id for one in letters if one.kept.verdict is Verdict.REVOKE}
    placed = [*await _placed(uow, edition, packs, ending), *_new_places(letters)]
    return Preview(
        digest=digest_of((str(one.kept.application_id), one.settled.event.model_dump_json()) for one in letters),
        letters=tuple(letters),
        waiting=tuple(one for one in standing if one.problem is None),
        outdated=tuple(one for one in standing if one.problem is not None),
        quotas=count_quotas(edition.quotas, placed),
        booth_target=edition.booth_target,
        booths=sum(one.booths for one in staying(placed)),
        behind_target=behind_target(placed, edition.booth_target),
    )


def _look_at(
    uow: UnitOfWork, kept: KeptDecision, application: Application, judgement: Judgement, policy: Policy
) -> Letter | Standing:
    try:
        check_running(judgement.subject.edition.state, over_for(kept.verdict))
        settled = _settle_again(kept, application, judgement, uow)
    except DomainError as problem:
        return Standing(kept, problem)
    if not is_ready(kept, policy):
        return Standing(kept)
    placed = _to_placed(settled.application, judgement, is_new=True)
    return Letter(kept, judgement.subject.vendor.trade_name, settled, placed)


class DossierChangedError(DomainError):
    """The dossier was handed in anew after the decision was proposed."""

    code = "dossier_changed"


def _settle_again(kept: KeptDecision, application: Application, judgement: Judgement, uow: UnitOfWork) -> Settled:
    if application.revision != kept.revision:
        raise DossierChangedError(
            "Hồ sơ đã được nộp lại sau khi dự kiến quyết định.", "The dossier was handed in anew after the proposal."
        )
    return reviews.settle(application, kept.to_decision(), judgement, uow.now)


async def _judge(
    uow: UnitOfWork, listed: Sequence[Application], edition: Edition, packs: Packs
) -> dict[UUID, Judgement]:
    subjects = await to_subjects(uow, listed, edition, packs)
    return {
        application.application_id: vetting.judge(subject, packs)
        for application, subject in zip(listed, subjects, strict=True)
    }


async def _placed(uow: UnitOfWork, edition: Edition, packs: Packs, ending: Collection[UUID]) -> list[Placed]:
    """Return all acceptances that were told before, also those that are ending."""
    accepted = await application_repository.list_in_state(uow.session, edition.edition_id, ApplicationState.ACCEPTED)
    placed: list[Placed] = []
    for first in range(0, len(accepted), LOT):
        lot = accepted[first : first + LOT]
        judged = await _judge(uow, lot, edition, packs)
        placed += [_to_placed(one, judged[one.application_id], is_new=False) for one in lot]
    return [replace(one, is_ending=one.application_id in ending) for one in placed]


def _new_places(letters: Sequence[Letter]) -> list[Placed]:
    return [one.placed for one in letters if one.kept.verdict is Verdict.ACCEPT]


def _to_placed(application: Application, judgement: Judgement, *, is_new: bool) -> Placed:
    vendor, packs = judgement.subject.vendor, judgement.packs
    codes = {("vendor_type", vendor.vendor_type), ("country", vendor.country)}
    if vendor.is_foreign:
        codes.add(("country", FOREIGN))
    if vendor.province_code is not None:
        codes.add(("province", vendor.province_code))
        codes |= {
            ("region", row.region)
            for row in packs.register.rows
            if row.code == vendor.province_code and row.code in region_codes(packs.register, row.region)
        }
    groups = {facts.product_id: facts.group for facts in judgement.case.products}
    eligible = [one for one in judgement.evaluation.products if one.is_eligible]
    if eligible:
        best = max(eligible, key=lambda product: product.stars)  # the first in the dossier of those with most stars
        codes.add(("product_group", groups[best.product_id] or ""))
    booths = min(judgement.subject.stored.dossier.booths_wanted, packs.eligibility.max_booths)
    return Placed(
        application.application_id, frozenset(codes), booths, judgement.ranking.points, application.rank, is_new
    )


async def release_together(uow: UnitOfWork, edition_id: UUID, digest: str) -> Preview:
    """Tell all decisions that are ready, as they were looked at.

    Raises PreviewOutdatedError where that has changed, EditionOverError where none of them may be told any more.
    """
    edition = await editions.hold_running(uow.session, edition_id, over=SETTLED)
    policy: Policy = await decisions.get_policy(uow.session, edition_id)
    listed = await decisions.lock_decisions(uow.session, edition_id, OPEN)
    if not any(kept.verdict is Verdict.REVOKE for kept in listed):
        check_running(edition.state)
    found = await application_repository.lock_by_id(uow.session, [kept.application_id for kept in listed])
    ending = {kept.application_id for kept in listed if kept.verdict is Verdict.REVOKE}
    signs = await read_signs(uow, edition, ending)
    seen = await _look(uow, edition, listed, found, lambda judged: vetting.keep_all(uow, judged, "release"))
    check_digest(digest, seen.digest)  # what was kept above goes back with the refusal
    released = [release(letter.kept, uow.now, policy) for letter in seen.letters]
    await decisions.save_decisions(uow.session, released)
    await application_repository.save_applications(uow.session, [letter.settled.application for letter in seen.letters])
    await close_of_applications(uow, [letter.kept.application_id for letter in seen.letters])
    for letter in seen.letters:
        uow.emit(letter.settled.event)
        await ask_about_sign(uow, letter.settled.application, edition, signs)
    return seen
