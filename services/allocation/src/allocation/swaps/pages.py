"""The page on which one of the two answers; looking at it answers nothing, and it works without JavaScript."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse

from allocation.editions import repository as editions
from allocation.editions.domain import Stage
from allocation.swaps import handlers, links, repository
from allocation.swaps.domain import STATE_TEXTS, Swap
from common.errors import DomainError
from common.web import Uow, new_pages, new_router, public
from common.web.problems import refusal_page
from common.web.readers import reader_of

router = new_router("swaps")
pages = new_pages(__file__)

ANSWERS = {"consent": handlers.consent, "refuse": handlers.refuse}
MAX_TOKEN = 200


@router.get("/swaps/{swap_id}/answer", dependencies=[public], response_class=HTMLResponse)
async def show_swap(
    request: Request,
    swap_id: UUID,
    uow: Uow,
    application: Annotated[UUID, Query()],
    token: Annotated[str, Query(max_length=MAX_TOKEN)] = "",
) -> HTMLResponse:
    """Show what would change hands, with two buttons."""
    try:
        _verify(request, swap_id, application, token)
        swap = await repository.get_swap(uow.session, swap_id)
        return await _show(request, uow, swap, application, token)
    except DomainError as error:
        return _refused(request, error)


@router.post("/swaps/{swap_id}/answer", dependencies=[public], response_class=HTMLResponse)
async def answer_swap(
    request: Request,
    swap_id: UUID,
    uow: Uow,
    application: Annotated[UUID, Form()],
    token: Annotated[str, Form(max_length=MAX_TOKEN)] = "",
    answer: Annotated[str, Form(max_length=20)] = "",
) -> HTMLResponse:
    """Consent or refuse by the form's button, and show what became of it."""
    try:
        _verify(request, swap_id, application, token)
        swap = await repository.get_swap(uow.session, swap_id)
        if answer not in ANSWERS:
            return await _show(request, uow, swap, application, token, HTTPStatus.UNPROCESSABLE_ENTITY)
        swap = await ANSWERS[answer](uow, swap_id, application)
        return await _show(request, uow, swap, application, token)
    except DomainError as error:
        return _refused(request, error)


def _verify(request: Request, swap_id: UUID, application_id: UUID, token: str) -> None:
    links.verify(request.app.state.service.settings.link_key.get_secret_value(), swap_id, application_id, token)


async def _show(
    request: Request, uow: Uow, swap: Swap, application_id: UUID, token: str, status: int = HTTPStatus.OK
) -> HTMLResponse:
    reader = reader_of(request, application=str(application_id), token=token)
    vi, en = STATE_TEXTS[swap.state]
    mine = swap.side_of(application_id)
    other = swap.other if mine is swap.one else swap.one
    names = await repository.get_names(uow.session, swap)
    edition = await editions.get_edition(uow.session, swap.edition_id)
    return pages.render(
        "swap.html",
        status,
        reader=reader,
        is_unclear=status != HTTPStatus.OK,
        swap=swap,
        mine=mine,
        other=other,
        names=names,
        token=token,
        is_cancelled=edition.stage is Stage.CANCELLED,
        is_suspended=edition.is_suspended,
        told=reader.say(f"Đề nghị này {vi}.", f"This swap is {en}."),
    )


def _refused(request: Request, error: DomainError) -> HTMLResponse:
    return refusal_page(request, error.status, error.message_vi, str(error))
