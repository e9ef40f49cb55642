"""Puts runs of an edition side by side."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from allocation.comparisons import domain
from allocation.comparisons.domain import Compared, Json, NotComparableError
from allocation.dossiers.shares import to_shares
from allocation.overrides import domain as overrides
from allocation.overrides import repository as known_overrides
from allocation.runs import repository as runs
from allocation.runs.domain import RunRecord, RunResult
from allocation.runs.packs import objective_words
from common.delivery.unit_of_work import UnitOfWork


async def compare_runs(uow: UnitOfWork, edition_id: UUID, run_ids: Sequence[UUID]) -> Json:
    """Return two to five runs side by side, each with its approved overrides; the first is what others are moved from.

    Raises TooManyRunsError, NotComparableError, NotFoundError.
    """
    domain.require_number(run_ids)
    records = [await runs.get_record(uow.session, run_id) for run_id in run_ids]
    compared = [await _read(uow, edition_id, each) for each in records]
    names = {key: str(who["trade_name"]) for each in records for key, who in (each.facts or {})["applicants"].items()}
    points = {each.application_id: each.points for record in records for each in record.run.input.applicants}
    register = str((records[0].facts or {})["edition"]["province_register"])
    return {
        "edition_id": str(edition_id),
        "edition": (records[0].facts or {})["edition"]["name"],
        "runs": [
            {
                "run_id": each.run_id,
                "state": each.state,
                "status": each.status,
                "placed": each.placed,
                "waitlisted": each.waitlisted,
                "pins": each.pins,
                "problems": list(each.problems),
            }
            for each in compared
        ],
        "objectives": domain.objective_rows(compared, lambda name: objective_words(name, register)),
        "shares": domain.share_rows(compared),
        "moves": [asdict(each) for each in domain.find_moves(compared, names, points)],
    }


async def _read(uow: UnitOfWork, edition_id: UUID, record: RunRecord) -> Compared:
    run, result = record.run, record.run.result
    if run.edition_id != edition_id:
        raise NotComparableError("Phương án thuộc kỳ sự kiện khác.", "The run belongs to another edition.", field="run")
    if result is None or record.facts is None:
        raise NotComparableError("Phương án chưa có kết quả.", "The run has no result yet.", field="run")
    changed = overrides.in_force(await known_overrides.list_overrides(uow.session, run.run_id))
    final = overrides.apply(result.placements, changed)
    return Compared(
        run_id=str(run.run_id),
        state=str(run.state),
        status=result.status,
        placed=len(final),
        waitlisted=len(run.input.applicants) - len(final),
        pins=len(run.input.pins),
        problems=run.problems or (),
        objectives={each.name: (each.value, each.bound) for each in result.objectives},
        placements=final,
        shares=to_shares(run.input, RunResult(result.status, (), final), record.facts),
    )
