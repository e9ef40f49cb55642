"""The page behind the link in a notice: why an application has its place or none, as its dossier says it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from allocation.explanations import handlers, links
from common.errors import DomainError
from common.web import Uow, new_pages, new_router, public
from common.web.problems import refusal_page
from common.web.readers import reader_of

MAX_TOKEN = 200

router = new_router("explanations")
pages = new_pages(__file__)

Token = Annotated[str, Query(max_length=MAX_TOKEN)]


@router.get("/applications/{application_id}/reasons", dependencies=[public], response_class=HTMLResponse)
async def show_reasons(request: Request, application_id: UUID, uow: Uow, token: Token = "") -> HTMLResponse:
    """Show why an application has its place or none in the released run, what would have given one, and its number drawn."""
    settings = request.app.state.service.settings
    try:
        links.verify(settings.link_key.get_secret_value(), application_id, token)
        page = await handlers.read_page(uow, application_id)
    except DomainError as error:
        return refusal_page(request, error.status, error.message_vi, str(error))
    return pages.render(
        "reasons.html",
        reader=reader_of(request, token=token),
        page=page,
        told=page.told,
        first_on=date.fromisoformat(page.edition["first_on"]),
        last_on=date.fromisoformat(page.edition["last_on"]),
        contact=str(settings.organiser_contact),
    )
