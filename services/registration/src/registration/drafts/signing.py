"""The signed links of drafts: made, checked, followed, and what tells apart from where drafts are begun."""

from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from common import links
from common.links import InvalidLinkError
from registration.draft_rooms.domain import line_of

LINK_PURPOSE = "open_draft"
ORIGIN_PURPOSE = "origin_of_draft"


def _key(request: Request) -> str:
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    if not key:
        raise InvalidLinkError
    return key


def verify(request: Request, edition_id: UUID, draft_id: UUID, token: str) -> None:
    """Raise InvalidLinkError unless the token is that of this draft's link."""
    links.verify(_key(request), LINK_PURPOSE, f"{edition_id}/drafts/{draft_id}", token)


def token_of(request: Request, edition_id: UUID, draft_id: UUID) -> str:
    """Return the token of a draft's link."""
    return links.sign(_key(request), LINK_PURPOSE, f"{edition_id}/drafts/{draft_id}")


def link_to(request: Request, edition_id: UUID, draft_id: UUID) -> str | None:
    """Return the path of a draft's page with its signed token; None where no key is set."""
    if not request.app.state.service.settings.link_key.get_secret_value():
        return None
    token = token_of(request, edition_id, draft_id)
    return f"/registration/editions/{edition_id}/drafts/{draft_id}/form?token={token}"


def origin_of(request: Request) -> str | None:
    """Return what tells apart from where drafts are begun, and does not tell the address to who has no key."""
    line = None if request.client is None else line_of(request.client.host)
    return None if line is None else links.sign(_key(request), ORIGIN_PURPOSE, line)


def lead_to(request: Request, edition_id: UUID, draft_id: UUID, page: str, more: str = "") -> Response:
    """Lead on, so that loading the next page again sends nothing again; the address is relative to this one."""
    here = request.url.path.rstrip("/").rpartition("/")[0]
    base = here if here.endswith(str(draft_id)) else f"{here}/drafts/{draft_id}"
    token = token_of(request, edition_id, draft_id)
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return RedirectResponse(f"{base}/{page}?token={token}{more}", 303, headers)
