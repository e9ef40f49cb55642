"""The page behind the link in the mail: the letter, the workbook, and a form to decline. It works without JavaScript.

The link lets its holder read this letter, take an empty workbook, send it back and decline; it shows nobody's data.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from common import links
from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError
from common.links import InvalidLinkError
from common.web import Uow, new_pages, new_router, public
from common.web.readers import language_of
from registration.editions.domain import Edition
from registration.editions.endings import OVER
from registration.editions.states import TAKES_NOMINATIONS, EditionState
from registration.invitations import handlers as invitations
from registration.invitations.domain import Invitation
from registration.letters import handlers
from registration.letters.documents import MEDIA_TYPES, LetterPress
from registration.translations.packs import LANGUAGES, texts_of
from registration.workshop.api import TheWorkshop
from registration.workshop.handlers import Workshop

PURPOSE, ENCLOSING = "open_invitation", "enclose_invitation"
"""What a link's token was signed for: the agency's own, and that by which the files are put into its mail."""
MAX_TOKEN = 200
MAX_REASON = 1_000

router = new_router("invitations")
pages = new_pages(__file__)

Token = Annotated[str, Query(max_length=MAX_TOKEN)]
Lang = Annotated[str, Query(max_length=5)]


@router.get("/invitations/{invitation_id}/answer", dependencies=[public], response_class=HTMLResponse)
async def show_invitation(
    request: Request, invitation_id: UUID, uow: Uow, token: Token = "", lang: Lang = ""
) -> HTMLResponse:
    """Show the invitation with its files; that it was opened is noted, nothing is answered by looking."""
    try:
        verify(request, invitation_id, token)
        invitation = await invitations.see_invitation(uow, invitation_id)
        return await _show(request, invitation, uow, token, lang)
    except DomainError as error:
        return show_refusal(request, error, lang)


@router.post("/invitations/{invitation_id}/answer", dependencies=[public], response_class=HTMLResponse)
async def decline_invitation(
    request: Request,
    invitation_id: UUID,
    uow: Uow,
    token: Annotated[str, Form(max_length=MAX_TOKEN)] = "",
    reason: Annotated[str, Form(max_length=MAX_REASON)] = "",
    lang: Annotated[str, Form(max_length=5)] = "",
) -> HTMLResponse:
    """Decline by the form's button, with a reason, and show that it was noted."""
    try:
        verify(request, invitation_id, token)
        if not reason.strip():
            return await _show(request, await invitations.see_invitation(uow, invitation_id), uow, token, lang, 422)
        declined = await invitations.decline_invitation(uow, invitation_id, " ".join(reason.split()))
        return await _show(request, declined, uow, token, lang)
    except DomainError as error:
        return show_refusal(request, error, lang)


@router.get(
    "/invitations/{invitation_id}/files/{name}", dependencies=[public], response_class=Response, include_in_schema=False
)
async def get_file(
    request: Request, invitation_id: UUID, name: str, uow: Uow, workshop: TheWorkshop, token: Token = ""
) -> Response:
    """Return the letter or the empty workbook of the invitation, by the link's token."""
    try:
        verify(request, invitation_id, token)
        await invitations.see_invitation(uow, invitation_id, has_downloaded=True)
        return await _make(request, uow, workshop, invitation_id, name)
    except DomainError as error:
        return show_refusal(request, error, "")


@router.get(
    "/invitations/{invitation_id}/enclosures/{name}",
    dependencies=[public],
    response_class=Response,
    include_in_schema=False,
)
async def get_enclosure(
    request: Request, invitation_id: UUID, name: str, uow: Uow, workshop: TheWorkshop, token: Token = ""
) -> Response:
    """Return a file for the mail that tells of the invitation: nobody has opened it by that."""
    verify(request, invitation_id, token, ENCLOSING)
    return await _make(request, uow, workshop, invitation_id, name)


async def _make(request: Request, uow: UnitOfWork, workshop: Workshop, invitation_id: UUID, name: str) -> Response:
    if name == "de-cu.xlsx":
        made = await handlers.make_blank_workbook(uow, workshop, invitation_id)
        return to_file(made.content, made.name)
    form = "docx" if name == "cong-van.docx" else "pdf"
    written = await handlers.write(uow, invitation_id, contact_of(request))
    press: LetterPress = request.app.state.letter_press
    return to_file(await press.make_file(written.paper, form), f"{written.name}.{form}")


def to_file(content: bytes, name: str) -> Response:
    """Return a file to save; the address behind which it lay is told to nobody."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Referrer-Policy": "no-referrer"}
    return Response(content, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


def contact_of(request: Request) -> str:
    """Return where the organiser is reached."""
    return str(request.app.state.service.settings.organiser_contact)


def verify(request: Request, invitation_id: UUID, token: str, purpose: str = PURPOSE) -> None:
    """Raise InvalidLinkError unless the token is that of this invitation's link."""
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    if not key:
        raise InvalidLinkError
    links.verify(key, purpose, str(invitation_id), token)


def standing_of(edition: Edition, now: datetime) -> str:
    """Return the name of what the page says where no list is taken; empty while lists are taken."""
    if edition.state is EditionState.SUSPENDED:
        return "suspended"
    if edition.state in OVER:
        return "cancelled" if edition.state is EditionState.CANCELLED else "over"
    return "" if edition.state in TAKES_NOMINATIONS and now <= edition.closes_at else "intake_closed"


async def _show(
    request: Request, invitation: Invitation, uow: UnitOfWork, token: str, lang: str, status: int = 200
) -> HTMLResponse:
    shown = await handlers.show(uow, invitation)
    language = lang if lang in LANGUAGES else language_of(request)
    return pages.render(
        "invitation.html",
        status,
        shown=shown,
        invitation=invitation,
        standing=standing_of(shown.edition, uow.now),
        may_answer=shown.edition.state not in OVER,
        token=token,
        language=language,
        languages=LANGUAGES,
        texts=texts_of("invitation", language),
        reply_by=shown.reply_by_at.astimezone(VIETNAM) if shown.reply_by_at else None,
        needs_reason=status != 200,  # the page as asked for
        contact=contact_of(request),
    )


def show_refusal(request: Request, error: DomainError, lang: str) -> HTMLResponse:
    """Return the page that says why something cannot be shown or taken."""
    language = lang if lang in LANGUAGES else language_of(request)
    return pages.render(
        "not_shown.html",
        error.status,
        vi=error.message_vi,
        en=str(error),
        language=language,
        texts=texts_of("invitation", language),
        contact=contact_of(request),
    )
