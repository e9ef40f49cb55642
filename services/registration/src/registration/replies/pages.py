"""The vendor's page of one application behind its signed link; it works without JavaScript on a phone 360 pixels wide.

Whoever has the link may do all that it shows. The token is looked at before a file is read.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from common.errors import DomainError, InvalidInputError
from common.web import Uow, new_router, public
from registration.applications.handlers import Submission
from registration.applications.repository import Consent
from registration.drafts.pages import CONSENT_TEXT, Token
from registration.evidence.api import TheDepot, to_answer
from registration.evidence.handlers import Depot
from registration.replies import handlers
from registration.replies.forms import MOST_PAPERS, read_papers, read_renewal, text_of
from registration.replies.rendering import lead_on, lead_to_draft, show_refusal, show_status_of, verify

ADDRESS = "/applications/[0-9a-f-]{36}/status"
MOST_STATEMENT = 2_000
MOST_NOTE = 1_000

router = new_router("applications")


@router.get("/applications/{application_id}/status", dependencies=[public], response_class=HTMLResponse)
async def show_application(
    request: Request,
    application_id: UUID,
    uow: Uow,
    token: Token = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show where the application stands, why, and what may be done; ``done`` says what was done just now."""
    try:
        verify(request, application_id, token)
        return await show_status_of(request, uow, application_id, done=done)
    except DomainError as error:
        return show_refusal(request, error)


@router.post("/applications/{application_id}/status", dependencies=[public], response_class=HTMLResponse)
async def reply(request: Request, application_id: UUID, uow: Uow, depot: TheDepot, token: Token = "") -> Response:
    """Hand a paper in, hand the application in again, take it up for a correction, appeal with papers, or withdraw it."""
    try:
        verify(request, application_id, token)
        async with request.form(max_fields=100, max_files=MOST_PAPERS) as sent:
            try:
                return await _act(request, uow, depot, application_id, sent)
            except InvalidInputError as error:
                return await show_status_of(
                    request, uow, application_id, typed=sent, problems=error.problems, status=error.status
                )
    except DomainError as error:
        return show_refusal(request, error)


async def _act(request: Request, uow: Uow, depot: Depot, application_id: UUID, sent: FormData) -> Response:
    what = text_of(sent, "do")
    if what == "correct":
        return lead_to_draft(request, await handlers.open_correction(uow, application_id))
    if what == "paper":
        [brought] = (await read_papers(sent, is_needed=True))[:1]
        await handlers.add_paper(uow, depot, application_id, brought)
    elif what == "renew":
        [brought] = (await read_papers(sent, is_needed=True))[:1]
        await handlers.renew(uow, depot, application_id, brought, read_renewal(sent, brought.declared))
    elif what == "submit":
        consents = [Consent("take_part", CONSENT_TEXT)] if text_of(sent, "consent") else []
        submission = Submission(bool(text_of(sent, "undertaking")), consents, handlers.LINK.name)
        await handlers.hand_in(uow, application_id, submission)
    elif what == "appeal":
        statement = text_of(sent, "statement")[:MOST_STATEMENT] or None
        await handlers.file_appeal(uow, depot, application_id, statement, await read_papers(sent))
    elif what == "withdraw":
        await handlers.withdraw(
            uow, application_id, text_of(sent, "reason_code"), text_of(sent, "note")[:MOST_NOTE] or None
        )
    return lead_on(request, application_id, what)


@router.get("/applications/{application_id}/papers/{evidence_id}", dependencies=[public], response_class=Response)
async def read_file(
    request: Request, application_id: UUID, evidence_id: UUID, uow: Uow, depot: TheDepot, token: Token = ""
) -> Response:
    """Hand a paper of this application out; that it was is recorded."""
    try:
        verify(request, application_id, token)
        return to_answer(*await handlers.read_file(uow, depot, application_id, evidence_id))
    except DomainError as error:
        return show_refusal(request, error)
