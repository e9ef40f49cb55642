"""The page behind the link in a notice: why an application has its place or none, as its dossier says it.

Who waits and was not refused by the released run reads what keeps it from a place now; both read why others came before it.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from allocation.explanations import handlers, links
from allocation.passings import handlers as passings
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
    reader, contact = reader_of(request, token=token), str(settings.organiser_contact)
    try:
        links.verify(settings.link_key.get_secret_value(), application_id, token)
        waiting = await passings.find_line(uow, application_id)
        page = await _find_page(uow, application_id, may_be_missing=waiting is not None)
    except DomainError as error:
        return refusal_page(request, error.status, error.message_vi, str(error))
    if page is None or (waiting is not None and page.told["is_placed"] and not page.is_overridden):
        return pages.render("waiting.html", reader=reader, waiting=waiting, contact=contact)
    return pages.render(
        "reasons.html",
        reader=reader,
        page=page,
        told=page.told,
        waiting=waiting,
        first_on=date.fromisoformat(page.edition["first_on"]),
        last_on=date.fromisoformat(page.edition["last_on"]),
        contact=contact,
    )


async def _find_page(uow: Uow, application_id: UUID, *, may_be_missing: bool) -> handlers.Page | None:
    """Return what the released run says; None where it says nothing and something else is shown."""
    try:
        return await handlers.read_page(uow, application_id)
    except DomainError:
        if not may_be_missing:
            raise
        return None
