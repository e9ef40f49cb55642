"""Withdraws applications and keeps why."""

from uuid import UUID

from common.calendar import local_date
from common.contracts.registration import WithdrawnBy
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.amendments import handlers as amendments
from registration.amendments.domain import Amender, Grounds
from registration.applications import handlers as applications
from registration.applications.domain import Application
from registration.applications.handlers import Check
from registration.assignments.domain import Reviewer
from registration.assignments.handlers import check_reviewer
from registration.withdrawals.domain import ORGANISER, check_grounds


async def withdraw_application(
    uow: UnitOfWork, application_id: UUID, by: Amender, grounds: Grounds, check: Check
) -> Application:
    """Withdraw an application for good; the history says from which state, by whom, why and by which paper.

    The event tells the reason's code, never the note or the paper. Raises InvalidInputError, ApplicationStateError; for
    an organiser with an interest in the vendor InterestedError, ForbiddenError.
    """
    problems = list(check_grounds(grounds, by.kind, local_date(uow.now)))
    if problems:
        raise InvalidInputError(problems)
    before, _ = await applications.open_application(uow, application_id, check)
    if by.kind == ORGANISER:
        await check_reviewer(uow, application_id, Reviewer(by.agency_code, by.province_code, by.subject), in_turn=False)
    withdrawn = await applications.withdraw_application(
        uow, application_id, WithdrawnBy(by.kind), grounds.reason_code, check
    )
    changes = [amendments.Changed("state", before.state.value, withdrawn.state.value)]
    await amendments.record(uow, application_id, changes, by, grounds)
    return withdrawn
