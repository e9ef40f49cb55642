"""Routes that run each request in one transaction, committed before the answer goes out."""

from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from common.delivery.unit_of_work import Origin, UnitOfWork, UnitsOfWork
from common.ids import new_id
from common.web import idempotency
from common.web.access import read_principal
from common.web.controls import refuse_controls


class RefusedResponseError(Exception):
    """Carries an answer that says no out of a transaction, so that it rolls back."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class UnitOfWorkRoute(APIRoute):
    """Opens a unit of work for each request; FastAPI's own `yield` dependencies commit after the answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        creates = self.status_code == HTTPStatus.CREATED

        async def in_one_transaction(request: Request) -> Response:
            try:
                await refuse_controls(request)
                return await in_unit(request)
            finally:
                await request.close()  # files of a form that the route never asked for

        async def in_unit(request: Request) -> Response:
            service = request.app.state.service
            request.state.principal = read_principal(request, service.tokens, service.clock)
            units: UnitsOfWork = service.units
            request_id = str(new_id())
            origin = Origin.of_request(request_id, request.headers.get("traceparent"))
            with structlog.contextvars.bound_contextvars(request_id=request_id, route=self.path):
                try:
                    async with units.begin(origin) as uow:
                        request.state.uow = uow
                        return await _answer(request, uow, handle, creates=creates)
                except RefusedResponseError as refused:
                    return refused.response

        return in_one_transaction


async def _answer(
    request: Request, uow: UnitOfWork, handle: Callable[[Request], Awaitable[Response]], *, creates: bool
) -> Response:
    slot = None
    if creates:
        principal = request.state.principal
        tenant = f"{principal.role}:{principal.subject}" if principal else "public"
        slot = await idempotency.open_slot(request, tenant)
        known = await idempotency.find_answer(uow.session, slot)
        if known is not None:
            return known
    response = await handle(request)
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        raise RefusedResponseError(response)
    if slot is not None:
        await idempotency.keep_answer(uow, slot, response)
    return response


def new_router(*tags: str, prefix: str = "") -> APIRouter:
    """Return a router of one capability; the service puts its own name before every path."""
    return APIRouter(route_class=UnitOfWorkRoute, tags=list(tags), prefix=prefix, responses=PROBLEM_RESPONSES)


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Problem details (RFC 9457) in Vietnamese and English",
        "content": {"application/problem+json": {}},
    }
}


async def _unit_of_work(request: Request) -> UnitOfWork:
    uow: UnitOfWork = request.state.uow
    return uow


Uow = Annotated[UnitOfWork, Depends(_unit_of_work)]
"""The unit of work of the request."""
