"""Routes that run each request in one transaction, committed before the answer goes out."""

from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
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
        """Return the handler within its transaction; where the route creates, with the answer kept by its key."""
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


class Routes(APIRouter):
    """The routes of one capability: told where they stand, and built once, in the application that has them.

    FastAPI would build them where they are told, and all of them anew at the first request of every application that
    includes their router: each with its fields and validators, in memory twice.
    """

    def __init__(self, *tags: str, prefix: str = "", route_class: type[APIRoute] = UnitOfWorkRoute) -> None:
        super().__init__(tags=list(tags), prefix=prefix, route_class=route_class)
        self._told: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:
        """Remember a route; the decorators of every method come here."""
        self._told.append((path, endpoint, how))

    def build_in(self, app: FastAPI, prefix: str = "") -> None:
        """Build every route as one of the application's own, under a prefix."""
        common = PROBLEM_RESPONSES if issubclass(self.route_class, UnitOfWorkRoute) else {}
        for path, endpoint, how in self._told:
            merged: dict[str, Any] = {
                **how,
                "tags": [*self.tags, *(how.get("tags") or [])],
                "responses": {**common, **(how.get("responses") or {})},
                "route_class_override": self.route_class,
            }
            app.router.add_api_route(f"{prefix}{self.prefix}{path}", endpoint, **merged)


def new_router(*tags: str, prefix: str = "") -> Routes:
    """Return the routes of one capability; the service puts its own name before every path."""
    return Routes(*tags, prefix=prefix)


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
