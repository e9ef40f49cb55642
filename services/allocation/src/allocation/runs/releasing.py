"""The release of a run: once and for all, by the committee's decision; the checker has judged the result once more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from allocation.applications import repository as known_applications
from allocation.draws.domain import hand_on, in_standing
from allocation.editions import domain as editions
from allocation.editions import handlers as edition_notes
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition, EditionSuspendedError
from allocation.explanations import handlers as explanations
from allocation.explanations.packs import Told
from allocation.offers import handlers as offers
from allocation.offers.handlers import Giving
from allocation.overrides import domain as overrides
from allocation.overrides import repository as known_overrides
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.runs import checker, domain, repository
from allocation.runs.domain import Run, RunResult, RunState
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists.domain import WhyNot
from common.calendar import local_date
from common.contracts.allocation import AllocationRunReleased
from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from common.papers.issue_dates import check_issued_on


async def release_run(uow: UnitOfWork, run_id: UUID, legal_document: LegalDocument) -> Run:
    """Release a run by the committee's decision: places are offered, the others wait in their order.

    The checker judges the stored result once more; approved overrides change it; everybody is told the reasons of the
    run's dossier. A second click changes nothing. Raises RunNotReleasableError, CheckFailedError,
    RunBeingExplainedError, EditionNotReadyError, EditionSuspendedError, OverrideOpenError.
    """
    known = await repository.get_run(uow.session, run_id)
    edition = await known_editions.lock_edition(uow.session, known.edition_id)
    run = await repository.lock_run(uow.session, run_id)
    if run.state is RunState.RELEASED:
        return run
    if problems := list(check_issued_on(legal_document.issued_on, local_date(uow.now))):
        raise InvalidInputError(problems)
    if run.result is None or run.seed is None:
        domain.require_releasable(run, ())
        return run
    domain.require_releasable(run, checker.check(run.input, run.result, run.seed))
    editions.require_run(edition)
    if edition.is_suspended:
        raise EditionSuspendedError
    changed = overrides.approved(await known_overrides.list_overrides(uow.session, run_id))
    released = replace(run, state=RunState.RELEASED, released_at=uow.now)
    await repository.save_run(uow.session, released)
    edition = await edition_notes.note_release(uow, edition, run_id)
    given = replace(run.result, placements=overrides.apply(run.result.placements, changed))
    plan = await plan_release(uow, edition, run, given)
    await _tell_release(uow, run, plan, [overrides.to_told(each) for each in changed], legal_document)
    await _give_places(uow, edition, run, plan)
    return released


@dataclass(frozen=True)
class ReleasePlan:
    """What a release gives: to whom which booths, who waits in the order of the line, who came since, who had left before."""

    givings: list[Giving]
    waiting: list[Place]
    late: list[Place]
    left: list[dict[str, str | None]]
    said: Mapping[str, Told]


async def plan_release(uow: UnitOfWork, edition: Edition, run: Run, result: RunResult) -> ReleasePlan:
    """Match the places found with who is still there; who has left is told with when and by which event.

    Each is told what the run's dossier says of it, but for who has its place, or none, by an override: it is told that.
    """
    known = {str(each.application_id): each for each in await known_places.list_places(uow.session, edition.edition_id)}
    awaiting = {key: place for key, place in known.items() if place.outcome is Outcome.AWAITING}
    applications = await known_applications.list_applications(uow.session, edition.edition_id)
    departures = {str(each.application_id): each.departure or {} for each in applications}
    left: list[dict[str, str | None]] = []
    ordered: list[Place] = []
    for standing, applicant in enumerate(
        in_standing(hand_on(run.input.applicants, run.seed or ""), run.seed or ""), start=1
    ):
        key = applicant.application_id
        place = awaiting.pop(key, None)
        if place is not None:
            ordered.append(replace(place, standing=standing))
        else:  # withdrawn or revoked since
            outcome = str(known[key].outcome) if key in known else "unknown"
            left.append({"application_id": key, "outcome": outcome, **departures.get(key, {})})
    found = run.result.placements if run.result else {}
    said = await explanations.tell_all(uow, run.run_id)
    points = {each.application_id: each.points for each in run.input.applicants}
    givings = [
        Giving(place, codes, "placed_by_run", run.run_id, said.get(key), points=points[key])
        if found.get(key) == codes
        else Giving(place, codes, "placed_by_override", run.run_id, points=points[key])
        for place in ordered
        for key in (str(place.application_id),)
        for codes in ([result.placements[key]] if key in result.placements else [])
    ]
    waiting = [each for each in ordered if str(each.application_id) not in result.placements]
    return ReleasePlan(givings, waiting, sorted(awaiting.values(), key=lambda each: each.application_id), left, said)


async def _tell_release(
    uow: UnitOfWork, run: Run, plan: ReleasePlan, changed: list[dict[str, Any]], legal_document: LegalDocument
) -> None:
    """Keep what the release gives and tell its digest with the seed, before anybody is told of a place."""
    release = to_release(plan, changed, legal_document)
    await repository.save_release(uow.session, run.run_id, release)
    uow.emit(
        AllocationRunReleased(
            edition_id=run.edition_id,
            run_id=run.run_id,
            seed=run.seed,
            legal_document=legal_document,
            release_digest=release["digest"],
        )
    )


def to_release(plan: ReleasePlan, changed: list[dict[str, Any]], legal_document: LegalDocument) -> dict[str, Any]:
    """Return what a release gives, with its digest; ``changed`` are its overrides as the dossier tells them."""
    release: dict[str, Any] = {
        "legal_document": legal_document.model_dump(mode="json"),
        "overrides": changed,
        "left": plan.left,
        "waiting": [str(each.application_id) for each in plan.waiting],
        "offers": sorted(
            (
                {"application_id": str(each.place.application_id), "booth_codes": list(each.booth_codes)}
                for each in plan.givings
            ),
            key=lambda offer: str(offer["application_id"]),
        ),
    }
    return {**release, "digest": domain.release_digest(release)}


async def _give_places(uow: UnitOfWork, edition: Edition, run: Run, plan: ReleasePlan) -> None:
    """Offer the places, line the others up, and give what came free to the line."""
    await offers.make_offers(uow, edition, plan.givings)
    lined_up = await waiting_lists.line_up(uow, edition, plan.waiting)
    found = run.result.placements if run.result else {}
    lost = [each for each in lined_up if str(each.application_id) in found]
    await waiting_lists.tell_waiting(uow, edition, lost, run_id=run.run_id, why=WhyNot("overridden", {}))
    refused = [each for each in lined_up if each not in lost]
    await waiting_lists.tell_waiting(uow, edition, refused, run_id=run.run_id, said=plan.said)
    late = await waiting_lists.line_up(uow, edition, plan.late)
    placed = await offers.move_list_up(uow, edition)
    left = [each for each in late if each.application_id not in placed]
    await waiting_lists.tell_waiting(uow, edition, left, why=waiting_lists.why_none_are_offered(uow, edition))
