"""Withdraws applications and keeps why."""

from uuid import UUID

from common.contracts.registration import WithdrawnBy
from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.amendments import handlers as amendments
from registration.amendments.domain import Amender, Grounds
from registration.applications import handlers as applications
from registration.applications.domain import Application
from registration.applications.handlers import Check
from registration.withdrawals.domain import check_reason


async def withdraw_application(
    uow: UnitOfWork, application_id: UUID, by: Amender, grounds: Grounds, check: Check
) -> Application:
    """Withdraw an application for good; the history says from which state, by whom and why.

    The event tells the reason's code and never the note. Raises InvalidInputError, ApplicationStateError.
    """
    problems = list(check_reason(grounds.reason_code, grounds.note, by.kind))
    if problems:
        raise InvalidInputError(problems)
    before, _ = await applications.open_application(uow, application_id, check)
    withdrawn = await applications.withdraw_application(
        uow, application_id, WithdrawnBy(by.kind), grounds.reason_code, check
    )
    changes = [amendments.Changed("state", before.state.value, withdrawn.state.value)]
    await amendments.record(uow, application_id, changes, by, grounds)
    return withdrawn
