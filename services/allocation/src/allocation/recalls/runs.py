"""Folds back what was told of runs: which one gave the places, its seed, and the digests by which its files are known."""

from dataclasses import replace

from allocation.editions import handlers as edition_notes
from allocation.editions import repository as editions
from allocation.editions.domain import Edition
from allocation.grounds.domain import RunInput
from allocation.overrides import domain as overrides
from allocation.overrides import repository as known_overrides
from allocation.places import repository as known_places
from allocation.recalls import repository as told
from allocation.resumptions import repository as resumptions
from allocation.runs import releasing, repository
from allocation.runs.domain import Run, RunState
from common.contracts.allocation import AllocationRunCompleted, AllocationRunReleased
from common.delivery.settling import NOTHING, REAPPLIED, Settled, by_hand, told_at
from common.delivery.unit_of_work import UnitOfWork

NOTHING_GIVEN = RunInput(target=0, zone_capacities={}, bounds=(), booths=(), applicants=())


def run_anew(run: Run) -> Settled:
    """Return what a person is to do where a run was told, and is not here any more."""
    return by_hand(
        f"Kết quả của phương án {run.run_id} không còn. Phương án mới sẽ được tính; hãy xem và công bố phương án mới.",
        f"The result of run {run.run_id} is not here any more. A new run will be made; look at that one and release it.",
    )


def keep_copy(run: Run, digest: str | None) -> Settled:
    """Return what a person is to do where a run was released whose dossier cannot be made again."""
    return by_hand(
        f"Phương án {run.run_id} đã công bố, các chỗ đã được ghi lại, nhưng không lập lại được hồ sơ phương án. Hãy dùng bản"
        f" đã tải xuống; mã băm của việc công bố là {digest}.",
        f"Run {run.run_id} was released, and its places are folded back, but its dossier cannot be made again. Use a copy"
        f" that was downloaded; the digest of the release is {digest}.",
    )


async def recall_result(uow: UnitOfWork, event: AllocationRunCompleted) -> Settled:
    """Keep the digests of a run that is not here any more; one that was only begun here is solved again, to the same end."""
    await resumptions.begin(uow.session, event.edition_id)
    if await repository.find_run(uow.session, event.run_id) is not None:
        return NOTHING
    run = Run(
        run_id=event.run_id,
        edition_id=event.edition_id,
        state=RunState.SUPERSEDED,
        policy=str(event.policy),
        input=NOTHING_GIVEN,
        input_digest=event.input_digest,
        seed=None,
        attempts=0,
        result=None,
        problems=None,
        words="",
        requested_at=told_at(uow),
        completed_at=told_at(uow),
    )
    await repository.add_run(uow.session, run, None)
    await resumptions.put_off_run(uow.session, event.edition_id)
    is_released = await told.was_released(uow.session, event.edition_id, event.run_id)
    return NOTHING if is_released else run_anew(run)


async def recall_release(uow: UnitOfWork, event: AllocationRunReleased) -> Settled:
    """Let the run be the released one; what its release gave is made out again, and known by its digest."""
    await resumptions.begin(uow.session, event.edition_id)
    run = await repository.get_run(uow.session, event.run_id)
    await repository.supersede_runs(uow.session, event.edition_id)
    released = replace(run, state=RunState.RELEASED, released_at=told_at(uow), seed=event.seed or run.seed)
    await repository.save_run(uow.session, released)
    edition = await editions.find_locked(uow.session, event.edition_id)
    is_whole = edition is not None and await _make_release_out(uow, edition, released, event)
    if edition is None:
        await resumptions.keep_release(uow.session, event.edition_id, event.run_id, event.seed)
    else:
        await edition_notes.note_release(uow, replace(edition, seed=event.seed or edition.seed), event.run_id)
    if is_whole:
        return REAPPLIED
    paper = None if event.legal_document is None else event.legal_document.model_dump(mode="json")
    release = {"legal_document": paper, "digest": event.release_digest, "is_incomplete": True}
    await repository.save_release(uow.session, event.run_id, release)
    return keep_copy(run, event.release_digest)


async def _make_release_out(uow: UnitOfWork, edition: Edition, run: Run, event: AllocationRunReleased) -> bool:
    """Make out what a release gave as the release itself does; keep it where its digest is the one that was told."""
    if run.result is None or event.legal_document is None:
        return False
    changed = overrides.in_force(await known_overrides.list_overrides(uow.session, run.run_id))
    given = replace(run.result, placements=overrides.apply(run.result.placements, changed))
    plan = await releasing.plan_release(uow, edition, run, given)
    await known_places.save_places(uow.session, [*(each.place for each in plan.givings), *plan.waiting])
    release = releasing.to_release(plan, [overrides.to_told(each) for each in changed], event.legal_document)
    if event.release_digest is None or release["digest"] != event.release_digest:
        return False
    await repository.save_release(uow.session, run.run_id, release)
    return True
