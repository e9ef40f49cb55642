"""The link of a draft by mail, over HTTP."""

from uuid import UUID

from fastapi import Request
from pydantic import BaseModel

from common.links import InvalidLinkError
from common.tokens import Role
from common.web import Caller, Uow, allow, new_router
from registration.draft_links import handlers
from registration.drafts.api import holder_of
from registration.drafts.signing import link_to

router = new_router("drafts")


class DraftMailView(BaseModel):
    """The link is on its way; ``number`` counts the mails of this draft."""

    draft_id: UUID
    number: int


@router.post("/editions/{edition_id}/drafts/{draft_id}/link-mails", status_code=201, dependencies=[allow(Role.VENDOR)])
async def mail_link(request: Request, edition_id: UUID, draft_id: UUID, uow: Uow, caller: Caller) -> DraftMailView:
    """Mail the draft's link to the e-mail in it, so that it opens on a phone without signing in."""
    if link_to(request, edition_id, draft_id) is None:
        raise InvalidLinkError
    most = request.app.state.service.settings.draft_mails
    mail = await handlers.mail_link(uow, edition_id, draft_id, holder_of(caller), most)
    return DraftMailView(draft_id=mail.draft_id, number=mail.number)
