"""The history of amendments over HTTP."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from common.tokens import Role
from common.web import Caller, Uow, allow, new_router
from registration.amendments import repository
from registration.applications import repository as applications
from registration.applications.api import check_own

router = new_router("applications")


class AmendmentView(BaseModel):
    """One changed value, by whom, when and why; of a contact only that it was changed.

    ``by`` is vendor, agency or organiser; a withdrawal is a change of ``state``, ``paper`` what it was asked for by.
    """

    field: str
    old_value: str | None
    new_value: str | None
    by: str
    agency_code: str | None
    reason: str
    note: str | None
    amended_at: datetime
    paper: str | None
    paper_issued_on: date | None


@router.get(
    "/applications/{application_id}/amendments",
    dependencies=[allow(Role.VENDOR, Role.PROVINCE, Role.REVIEWER, Role.ORGANISER, Role.COMMITTEE)],
)
async def list_amendments(application_id: UUID, uow: Uow, caller: Caller) -> list[AmendmentView]:
    """List what was changed of an application, oldest first."""
    check_own(caller)(await applications.get_application(uow.session, application_id))
    found = await repository.list_amendments(uow.session, application_id)
    return [AmendmentView.model_validate(one, from_attributes=True) for one in found]
