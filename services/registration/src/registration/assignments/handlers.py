"""Reviewers are listed, applications given to them in turn, and passed on where somebody has an interest."""

from collections.abc import Sequence
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.applications.domain import Application
from registration.assignments import repository
from registration.assignments.domain import Reviewer, Turns, assign_in_turn, check_independence, check_turn
from registration.editions import repository as editions


async def set_reviewers(uow: UnitOfWork, edition_id: UUID, reviewers: Sequence[Reviewer]) -> list[Reviewer]:
    """Set who reviews an edition, in the order of turns; raises InvalidInputError where somebody is there twice."""
    await editions.hold_running(uow.session, edition_id)
    seen: set[str] = set()
    problems = [
        FieldProblem(f"[{place}].subject", "reviewer_twice", "Người này đã có trong danh sách.", "Is there already.")
        for place, one in enumerate(reviewers)
        if one.subject in seen or seen.add(one.subject)
    ]
    if problems:
        raise InvalidInputError(problems)
    await repository.replace_reviewers(uow.session, edition_id, reviewers)
    return list(reviewers)


async def assign_waiting(uow: UnitOfWork, edition_id: UUID) -> Turns:
    """Give every application that waits to the reviewer whose turn it is; two at once give nothing twice."""
    await editions.hold_running(uow.session, edition_id)
    reviewers = await repository.list_reviewers(uow.session, edition_id)
    loads = await repository.list_loads(uow.session, edition_id)
    turns = assign_in_turn(reviewers, loads, await repository.list_waiting(uow.session, edition_id))
    await repository.assign(uow.session, edition_id, turns.assigned, uow.now)
    return turns


async def declare_interest(uow: UnitOfWork, application: Application, reviewer: Reviewer, reason: str) -> str | None:
    """Keep that a reviewer has an interest in an application; it goes to the next in turn, who is returned."""
    application_id, edition_id = application.application_id, application.edition_id
    await repository.declare(uow.session, application_id, reviewer.subject, reason, uow.now)
    if await repository.find_assigned(uow.session, application_id) == reviewer.subject:
        await repository.unassign(uow.session, application_id, reviewer.subject)
        reviewed = await repository.list_reviewed(uow.session, [application_id])
        reviewers = await repository.list_reviewers(uow.session, edition_id)
        turns = assign_in_turn(reviewers, await repository.list_loads(uow.session, edition_id), reviewed.values())
        await repository.assign(uow.session, edition_id, turns.assigned, uow.now)
    return await repository.find_assigned(uow.session, application_id)


async def check_reviewer(uow: UnitOfWork, application_id: UUID, reviewer: Reviewer, *, in_turn: bool = True) -> None:
    """Raise unless this reviewer may decide; a second person need not be the one whose turn it is."""
    reviewed = (await repository.list_reviewed(uow.session, [application_id]))[application_id]
    check_independence(reviewer, reviewed)
    if in_turn:
        check_turn(reviewer, reviewed.assigned)
