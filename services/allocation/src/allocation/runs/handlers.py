"""A run from its request to its result: the solver works outside any transaction, the checker has the last word."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from allocation.applications import repository as known_applications
from allocation.applications.domain import has_nothing_eligible
from allocation.booths import repository as booths
from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition
from allocation.grounds import snapshots
from allocation.grounds.domain import digest
from allocation.grounds.handlers import read_grounds
from allocation.pins import repository as known_pins
from allocation.places import repository as known_places
from allocation.places.domain import HOLDING
from allocation.resumptions import repository as resumptions
from allocation.rules import repository as known_rules
from allocation.runs import checker, domain, packs, repository
from allocation.runs.domain import Run, RunResult, RunState
from allocation.waiting_lists import handlers as waiting_lists
from common.contracts.allocation import (
    AllocationRunCompleted,
    CheckerVerdict,
    Objective,
    RunStatus,
)
from common.contracts.registration import (
    AllocationPolicy,
    ApplicationAccepted,
    EditionCancelled,
    EditionCapacityChanged,
    RegistrationClosed,
)
from common.delivery.unit_of_work import UnitOfWork

MOST_ATTEMPTS = 3
WITHOUT_RESULT = "Bộ tính dừng mà không có kết quả. / The solver ended without a result."


async def start_run_at_close(uow: UnitOfWork, event: RegistrationClosed) -> None:
    """Start the run of an edition whose registration has closed; before its floor plan is there, that starts it."""
    edition = await known_editions.lock_edition(uow.session, event.edition_id)
    await start_run_if_wanted(uow, edition)


async def start_run_anew(uow: UnitOfWork, event: EditionCapacityChanged) -> None:
    """Replace what was found for another number of booths, before anything is released."""
    edition = await known_editions.lock_edition(uow.session, event.edition_id)
    await start_run_if_wanted(uow, edition)


async def start_run_for_lapse(uow: UnitOfWork, event: ApplicationAccepted) -> None:
    """Replace what was found on points that an applicant has no longer, or had not yet, before anything is released."""
    is_told_again = event.lapsed or event.renewed
    edition = await known_editions.find_locked(uow.session, event.edition_id) if is_told_again else None
    if edition is not None:
        await start_run_if_wanted(uow, edition)


async def drop_runs(uow: UnitOfWork, event: EditionCancelled) -> None:
    """A cancelled edition needs no run."""
    await repository.supersede_runs(uow.session, event.edition_id)


async def start_run_if_wanted(uow: UnitOfWork, edition: Edition) -> None:
    """Start a run where an edition's places are to be found by one and it has a floor plan."""
    if edition.is_behind:
        await resumptions.put_off_run(uow.session, edition.edition_id)
    elif edition.wants_run and await waiting_lists.has_booths(uow, edition):
        await _start(uow, edition)


async def start_run(uow: UnitOfWork, edition_id: UUID) -> Run:
    """Start a run on the organiser's word; it replaces those before. Raises EditionNotReadyError."""
    edition = await known_editions.lock_edition(uow.session, edition_id)
    editions.require_run(edition)
    if not await waiting_lists.has_booths(uow, edition):
        raise editions.EditionNotReadyError("Chưa có sơ đồ gian hàng.", "There is no floor plan yet.")
    return await _start(uow, edition)


async def _start(uow: UnitOfWork, edition: Edition) -> Run:
    plan = await booths.list_booths(uow.session, edition.edition_id)
    listed = await known_applications.list_applications(uow.session, edition.edition_id)
    known = [each for each in listed if each.may_be_placed]
    left_out = [each for each in listed if has_nothing_eligible(each)]
    here = {each.application_id for each in known}
    own = await known_rules.find_rules(uow.session, edition.edition_id)
    pins = [each for each in await known_pins.list_pins(uow.session, edition.edition_id) if each.application_id in here]
    problem = snapshots.to_input(edition, plan, known, pins, own)
    run = Run(
        run_id=uow.new_id(),
        edition_id=edition.edition_id,
        state=RunState.QUEUED,
        policy=str(edition.policy),
        input=problem,
        input_digest=digest(problem),
        seed=edition.seed,
        attempts=0,
        result=None,
        problems=None,
        words="",
        requested_at=uow.now,
    )
    await repository.supersede_runs(uow.session, edition.edition_id)
    await repository.add_run(uow.session, run, snapshots.to_facts(edition, known, pins, own, left_out))
    return run


async def claim_run(uow: UnitOfWork) -> Run | None:
    """Return the next run to be solved; None if there is none.

    A run found running was left by a worker that is gone; after MOST_ATTEMPTS it fails for good.
    """
    run = await repository.lock_next_run(uow.session)
    if run is None:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        words = run.words or WITHOUT_RESULT
        await repository.save_run(uow.session, replace(run, state=RunState.FAILED, words=words, completed_at=uow.now))
        return None
    claimed = replace(run, state=RunState.RUNNING, attempts=run.attempts + 1)
    await repository.save_run(uow.session, claimed)
    return claimed


async def note_failure(uow: UnitOfWork, run_id: UUID, words: str) -> None:
    """Remember why an attempt gave no result; the next one may."""
    run = await repository.lock_run(uow.session, run_id)
    await repository.save_run(uow.session, replace(run, words=words[:2000]))


async def cancel_run(uow: UnitOfWork, run_id: UUID) -> Run:
    """Stop a run that is queued or running, on the organiser's word; raises RunNotRunningError."""
    run = await repository.lock_run(uow.session, run_id)
    domain.require_unfinished(run)
    cancelled = replace(run, state=RunState.CANCELLED, completed_at=uow.now)
    await repository.save_run(uow.session, cancelled)
    return cancelled


async def complete_run(uow: UnitOfWork, run_id: UUID, result: RunResult) -> None:
    """Check a result, store it with the verdict and tell of it; a run replaced meanwhile stays replaced."""
    run = await repository.lock_run(uow.session, run_id)
    if run.state is not RunState.RUNNING or run.seed is None:
        return
    problems, is_infeasible = checker.check(run.input, result, run.seed), result.status == "infeasible"
    completed = replace(
        run,
        state=RunState.COMPLETED,
        result=result,
        problems=problems,
        words=packs.infeasible_words(result.words) if is_infeasible else result.words,
        completed_at=uow.now,
    )
    await repository.save_run(uow.session, completed)
    if is_infeasible:
        await repository.note_explained(uow.session, run_id, uow.now, {})
    record = await repository.get_record(uow.session, run_id)
    uow.emit(_completed(completed, run.seed, record.draw_secret))


def _completed(run: Run, seed: str, secret: str | None) -> AllocationRunCompleted:
    found = run.result.objectives if run.result else ()
    return AllocationRunCompleted(
        edition_id=run.edition_id,
        run_id=run.run_id,
        policy=AllocationPolicy(run.policy),
        status=RunStatus(run.result.status if run.result else "infeasible"),
        objectives=tuple(Objective(name=each.name, value=each.value, bound=each.bound) for each in found),
        input_digest=run.input_digest,
        seed_commitment=domain.commitment(seed),
        secret_commitment=None if secret is None else domain.commitment(secret),
        placed=run.placed,
        waitlisted=run.waitlisted,
        moved=0,
        checker=CheckerVerdict(version=checker.VERSION, passed=not run.problems),
    )


async def find_broken_rules(
    uow: UnitOfWork, edition: Edition, changed: Mapping[UUID, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the hard rules that places would break if some held other booths, beyond those that they break now."""
    problem = await read_grounds(uow, edition)
    held = await known_places.list_places(uow.session, edition.edition_id, HOLDING)
    now = {str(place.application_id): place.booth_codes for place in held}
    return checker.newly_broken(problem, now, {**now, **{str(key): codes for key, codes in changed.items()}})
