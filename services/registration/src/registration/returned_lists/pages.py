"""The way back for a filled-in workbook, behind the link of the invitation; it works without JavaScript."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from common.errors import DomainError, FieldProblem, InvalidInputError
from common.web import Uow, new_pages, new_router, public
from common.web.readers import language_of
from registration.letters import pages as letters
from registration.letters.pages import Lang, Token
from registration.returned_lists import handlers
from registration.translations.packs import LANGUAGES, texts_of
from registration.workbooks.answers import Answer
from registration.workshop.api import TheWorkshop

MOST_SHOWN = 30
"""So many mistakes are told on the page; all of them stand in the marked workbook."""

router = new_router("invitations")
pages = new_pages(__file__, letters.__file__)


@router.post("/invitations/{invitation_id}/workbook", dependencies=[public], response_class=HTMLResponse)
async def take_back(
    request: Request, invitation_id: UUID, uow: Uow, workshop: TheWorkshop, token: Token = "", lang: Lang = ""
) -> HTMLResponse:
    """Take the filled-in workbook back, and show what was taken and what is to be put right."""
    try:
        letters.verify(request, invitation_id, token)
        content = await _read_file(request)
        try:
            answer = await handlers.take_back(uow, workshop, invitation_id, content)
        except InvalidInputError as error:
            return _render(request, error.status, token, lang, unread=error.problems)
        return _render(request, 200, token, lang, answer=answer)
    except DomainError as error:
        return letters.show_refusal(request, error, lang)


@router.get(
    "/invitations/{invitation_id}/marked/{filled_workbook_id}",
    dependencies=[public],
    response_class=Response,
    include_in_schema=False,
)
async def get_marked(
    request: Request,
    invitation_id: UUID,
    filled_workbook_id: UUID,
    uow: Uow,
    workshop: TheWorkshop,
    token: Token = "",
) -> Response:
    """Return the workbook as it came back, each mistake marked in its cell."""
    try:
        letters.verify(request, invitation_id, token)
        made = await handlers.mark(uow, workshop, invitation_id, filled_workbook_id)
        return letters.to_file(made.content, made.name)
    except DomainError as error:
        return letters.show_refusal(request, error, "")


async def _read_file(request: Request) -> bytes:
    async with request.form(max_files=1, max_fields=5) as sent:
        file = sent.get("file")
        return await file.read() if isinstance(file, UploadFile) else b""


def _render(
    request: Request,
    status: int,
    token: str,
    lang: str,
    *,
    answer: Answer | None = None,
    unread: Sequence[FieldProblem] = (),
) -> HTMLResponse:
    language = lang if lang in LANGUAGES else language_of(request)
    return pages.render(
        "returned_list.html",
        status,
        answer=answer,
        unread=unread,
        most_shown=MOST_SHOWN,
        token=token,
        language=language,
        texts=texts_of("invitation", language),
        contact=letters.contact_of(request),
    )
