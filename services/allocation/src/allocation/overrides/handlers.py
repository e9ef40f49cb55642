"""Changes by hand of a run's result: one person proposes, another approves, both before the release."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.overrides import domain, repository
from allocation.overrides.domain import Change, Override, OverrideBreaksRulesError, OverrideState
from allocation.runs import checker
from allocation.runs import domain as known_runs
from allocation.runs import repository as runs
from allocation.runs.domain import Run
from common.calendar import local_date
from common.contracts.base import LegalDocument
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from common.papers.issue_dates import check_issued_on


async def propose_override(
    uow: UnitOfWork, run_id: UUID, changes: Sequence[Change], *, reason: str, legal_document: LegalDocument, by: str
) -> Override:
    """Propose other booths, or none, for some of a run's applications.

    Raises InvalidInputError, OverrideBreaksRulesError, RunNotReleasableError, EditionNotReadyError.
    """
    run = await _hold_run(uow, run_id)
    _require_known(run, changes)
    if problems := list(check_issued_on(legal_document.issued_on, local_date(uow.now))):
        raise InvalidInputError(problems)
    override = Override(
        override_id=uow.new_id(),
        run_id=run_id,
        state=OverrideState.PROPOSED,
        changes=tuple(changes),
        reason=reason,
        legal_document=legal_document.model_dump(mode="json"),
        proposed_by=by,
        proposed_at=uow.now,
    )
    before = domain.in_force(await repository.list_overrides(uow.session, run_id))
    _require_rules(run, [*before, override])
    await repository.add_override(uow.session, override)
    return override


async def decide_override(uow: UnitOfWork, override_id: UUID, *, by: str, is_approved: bool) -> Override:
    """Approve as the second person, or refuse.

    Raises SecondPersonNeededError, OverrideStateError, OverrideBreaksRulesError, RunNotReleasableError.
    """
    known = await repository.get_override(uow.session, override_id)
    run = await _hold_run(uow, known.run_id)
    before = await repository.get_override(uow.session, override_id)
    decided = domain.decide(before, by, uow.now, is_approved=is_approved)
    if decided is not before:
        if is_approved:
            others = domain.in_force(await repository.list_overrides(uow.session, run.run_id))
            _require_rules(run, [*others, decided])
        await repository.save_decision(uow.session, decided)
    return decided


async def _hold_run(uow: UnitOfWork, run_id: UUID) -> Run:
    """Return a run that may still be released, and hold it."""
    known = await runs.get_run(uow.session, run_id)
    edition = await known_editions.lock_edition(uow.session, known.edition_id)
    run = await runs.lock_run(uow.session, run_id)
    known_runs.require_releasable(run, run.problems or ())
    editions.require_unreleased(edition)
    return run


def _require_known(run: Run, changes: Sequence[Change]) -> None:
    applications = {each.application_id for each in run.input.applicants}
    booths = {each.booth_code for each in run.input.booths}
    problems: list[FieldProblem] = []
    for row, change in enumerate(changes):
        if change.application_id not in applications:
            vi, en = "Phương án không có hồ sơ này.", "The run has no such application."
            problems.append(FieldProblem(f"changes[{row}].application_id", "unknown_application", vi, en))
        if change.application_id in {each.application_id for each in changes[:row]}:
            vi, en = "Hồ sơ này đã nêu ở trên.", "This application is named above."
            problems.append(FieldProblem(f"changes[{row}].application_id", "application_twice", vi, en))
        problems += [
            FieldProblem(
                f"changes[{row}].booth_codes[{place}]",
                "unknown_booth",
                f"Sơ đồ không có gian {code}.",
                f"The plan has no booth {code}.",
            )
            for place, code in enumerate(change.booth_codes)
            if code not in booths
        ]
    if problems:
        raise InvalidInputError(problems)


def _require_rules(run: Run, overrides: Sequence[Override]) -> None:
    """Raise where a hard rule is broken with the overrides; a pin is a word of the committee, which this is too."""
    if run.result is not None:
        final = domain.apply(run.result.placements, overrides)
        broken = checker.rules_broken(replace(run.input, pins=()), final)
        if broken:
            raise OverrideBreaksRulesError(broken[0])
