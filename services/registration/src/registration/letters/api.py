"""Letters as files, for those with an access token: the organiser, the clerk, and the agency invited."""

from uuid import UUID

from fastapi import Request, Response

from common.tokens import Role
from common.web import Caller, Uow, allow, new_router
from registration.invitations import handlers as invitations
from registration.invitations.api import check_own
from registration.letters import handlers
from registration.letters.documents import MEDIA_TYPES, Format, LetterPress

router = new_router("invitations")

READERS = allow(Role.ORGANISER, Role.CLERK, Role.PROVINCE)


async def _letter(request: Request, invitation_id: UUID, uow: Uow, caller: Caller, form: Format) -> Response:
    written = await handlers.write(uow, invitation_id, request.app.state.service.settings.organiser_contact)
    check_own(caller, written.invitation)
    if caller.role is Role.PROVINCE:
        await invitations.see_invitation(uow, invitation_id, has_downloaded=True)
    press: LetterPress = request.app.state.letter_press
    content = await press.make_file(written.paper, form)
    headers = {"Content-Disposition": f'attachment; filename="{written.name}.{form}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


@router.get(
    "/invitations/{invitation_id}/letter.pdf",
    dependencies=[READERS],
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["pdf"]: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_pdf(request: Request, invitation_id: UUID, uow: Uow, caller: Caller) -> Response:
    """Return the letter as PDF; without a number it is a draft, for the house only."""
    return await _letter(request, invitation_id, uow, caller, "pdf")


@router.get(
    "/invitations/{invitation_id}/letter.docx",
    dependencies=[READERS],
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES["docx"]: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_docx(request: Request, invitation_id: UUID, uow: Uow, caller: Caller) -> Response:
    """Return the letter as DOCX; without a number it is a draft, for the house only."""
    return await _letter(request, invitation_id, uow, caller, "docx")
