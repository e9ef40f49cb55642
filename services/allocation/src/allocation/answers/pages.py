"""The page behind the link in a notice: it shows an offer; only its form answers. It works without JavaScript."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse

from allocation.answers import handlers
from allocation.explanations import links as reasons
from allocation.offers import repository
from allocation.offers.domain import Offer, OfferPage, OfferState
from common import links
from common.calendar import VIETNAM
from common.delivery.unit_of_work import UnitOfWork
from common.errors import DomainError
from common.links import InvalidLinkError
from common.web import Uow, new_pages, new_router, public
from common.web.problems import refusal_page
from common.web.readers import reader_of

PURPOSE = "answer_offer"
ANSWERS = {"confirm": handlers.confirm_offer, "decline": handlers.decline_offer}
MAX_TOKEN = 200

router = new_router("offers")
pages = new_pages(__file__)

Token = Annotated[str, Query(max_length=MAX_TOKEN)]


@router.get("/offers/{offer_id}/answer", dependencies=[public], response_class=HTMLResponse)
async def show_offer(request: Request, offer_id: UUID, uow: Uow, token: Token = "") -> HTMLResponse:
    """Show the offer and its two buttons; nothing is answered by looking."""
    try:
        _verify(request, offer_id, token)
        page = await repository.get_offer_page(uow.session, offer_id)
    except DomainError as error:
        return _refused(request, error)
    return _show(request, page, page.offer, uow, token)


@router.post("/offers/{offer_id}/answer", dependencies=[public], response_class=HTMLResponse)
async def answer_offer(
    request: Request,
    offer_id: UUID,
    uow: Uow,
    token: Annotated[str, Form(max_length=MAX_TOKEN)] = "",
    answer: Annotated[str, Form(max_length=20)] = "",
) -> HTMLResponse:
    """Confirm or decline by the form's button, and show what became of it."""
    try:
        _verify(request, offer_id, token)
        page = await repository.get_offer_page(uow.session, offer_id)
        if answer not in ANSWERS:
            return _show(request, page, page.offer, uow, token, HTTPStatus.UNPROCESSABLE_ENTITY)
        answered = await ANSWERS[answer](uow, offer_id)
    except DomainError as error:
        return _refused(request, error)
    return _show(request, page, answered, uow, token)


def _key(request: Request) -> str:
    key: str = request.app.state.service.settings.link_key.get_secret_value()
    if not key:
        raise InvalidLinkError
    return key


def _verify(request: Request, offer_id: UUID, token: str) -> None:
    links.verify(_key(request), PURPOSE, str(offer_id), token)


def _show(
    request: Request, page: OfferPage, offer: Offer, uow: UnitOfWork, token: str, status: int = HTTPStatus.OK
) -> HTMLResponse:
    is_late = offer.state is OfferState.OPEN and uow.now > offer.reply_by_at and not page.is_suspended
    return pages.render(
        "offer.html",
        status,
        reader=reader_of(request, token=token),
        is_unclear=status != HTTPStatus.OK,
        page=page,
        offer=offer,
        state="expired" if is_late else str(offer.state),
        reply_by=offer.reply_by_at.astimezone(VIETNAM),
        token=token,
        reasons=None if offer.run_id is None else reasons.path(_key(request), offer.application_id),
        contact=_contact(request),
    )


def _refused(request: Request, error: DomainError) -> HTMLResponse:
    return refusal_page(request, error.status, error.message_vi, str(error))


def _contact(request: Request) -> str:
    return str(request.app.state.service.settings.organiser_contact)
