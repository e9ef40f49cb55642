"""One address for the whole system: a process that streams requests to the services by path prefix, and a page at ``/``.

``python -m launcher.proxy --port 8020 --route registration=8101 ...`` prints nothing and runs until SIGTERM.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpcore
import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import Receive, Scope, Send

from common.problem_details import MEDIA_TYPE, problem_body
from launcher.home_page import render_home

HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer"})
DOWN = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)
# Below the five seconds after which the services close an idle connection: one that is just closing is never taken.
KEEP_ALIVE_SECONDS = 3
CONTRACTS_OWNER = "registration"


class Proxy:
    """An ASGI application that hands requests on and answers as they arrive; neither body is held in memory."""

    def __init__(self, routes: Mapping[str, int], state: Path | None = None) -> None:
        self._home = render_home(routes, state)
        self._ports = {**routes, "contracts": routes.get(CONTRACTS_OWNER, 0)}
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=400, max_keepalive_connections=100, keepalive_expiry=KEEP_ALIVE_SECONDS
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        service = scope["path"].split("/", 2)[1]
        if not service:
            await HTMLResponse(self._home)(scope, receive, send)
        elif port := self._ports.get(service):
            await self._forward(service, port, scope, receive, send)
        else:
            vi, en = f"Không có dịch vụ {service}.", f"There is no service {service}."
            await _problem(scope, 404, "service_unknown", vi, en)(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _forward(self, service: str, port: int, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        try:
            async with self._pool.stream(**_request(port, scope, receive)) as answer:
                headers = [(name, value) for name, value in answer.headers if name.lower() not in HOP_BY_HOP]
                await send({"type": "http.response.start", "status": answer.status, "headers": headers})
                begun = True
                async for piece in answer.aiter_stream():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body"})
        except DOWN as error:
            if begun:
                raise  # the caller sees the connection break: better than half an answer that looks whole
            why = type(error).__name__
            vi = f"Dịch vụ {service} không trả lời ({why}); hãy thử lại sau giây lát."
            en = f"The service {service} does not answer ({why}); try again in a moment."
            await _problem(scope, 502, "service_unreachable", vi, en)(scope, receive, send)


def _request(port: int, scope: Scope, receive: Receive) -> dict[str, Any]:
    target: bytes = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    given: list[tuple[bytes, bytes]] = scope["headers"]
    headers = [(name, value) for name, value in given if name not in HOP_BY_HOP]
    headers.append((b"x-forwarded-for", scope["client"][0].encode()))  # last, where a service begins to read
    names = {name for name, _ in given}
    chunked = b"transfer-encoding" in names and b"content-length" not in names
    return {
        "method": scope["method"],
        "url": httpcore.URL(scheme=b"http", host=b"127.0.0.1", port=port, target=target),
        "headers": [*headers, (b"transfer-encoding", b"chunked")] if chunked else headers,
        "content": Request(scope, receive).stream() if chunked or b"content-length" in names else None,
        "extensions": {"timeout": {"connect": 5.0, "read": 120.0, "write": 60.0, "pool": 30.0}},
    }


def _problem(scope: Scope, status: int, code: str, vi: str, en: str) -> JSONResponse:
    body = problem_body(scope["path"], status=status, code=code, vi=vi, en=en)
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


def make_config(proxy: Proxy, port: int) -> uvicorn.Config:
    """Return how the proxy is served: the first to see a caller, it believes nobody who tells another address."""
    return uvicorn.Config(
        proxy,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 3 if the port could not be had."""
    parser = argparse.ArgumentParser(prog="launcher.proxy", description="one address for all services")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--route", action="append", default=[], metavar="SERVICE=PORT")
    parser.add_argument("--state", type=Path, help="the state folder, to tell people where things lie")
    options = parser.parse_args(arguments)
    routes = {name: int(port) for name, port in (route.split("=") for route in options.route)}
    server = uvicorn.Server(make_config(Proxy(routes, options.state), options.port))
    server.run()
    return 0 if server.started else 3


if __name__ == "__main__":
    sys.exit(main())
