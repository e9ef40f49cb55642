"""Takes a workbook back as the agency's whose invitation the link is, and hands it out with its mistakes marked."""

from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.agencies import repository as agencies
from registration.invitations import handlers as invitations
from registration.workbooks import handlers as workbooks
from registration.workbooks.answers import Answer
from registration.workbooks.checking import Sender
from registration.workbooks.handlers import Made
from registration.workshop.handlers import Workshop

LINK = "invitation_link"
"""As whom histories name the holder of the link."""


async def take_back(uow: UnitOfWork, workshop: Workshop, invitation_id: UUID, content: bytes) -> Answer:
    """Take in what is good of the agency's workbook.

    Raises NotInvitedError before the letter is numbered, and what the intake of workbooks raises.
    """
    invitation = await invitations.see_invitation(uow, invitation_id)
    agency = await agencies.find_agency(uow.session, invitation.agency_code)
    province_code = None if agency is None else agency.province_code
    sender = Sender(invitation.agency_code, province_code, LINK, is_by_link=True)
    return await workbooks.take_workbook(uow, workshop, invitation.edition_id, sender, content)


async def mark(uow: UnitOfWork, workshop: Workshop, invitation_id: UUID, filled_workbook_id: UUID) -> Made:
    """Return a workbook of the agency with each mistake in its cell; raises NotFoundError, ForbiddenError for another's."""
    invitation = await invitations.see_invitation(uow, invitation_id)
    return await workbooks.mark_workbook(uow, workshop, filled_workbook_id, invitation.agency_code)
