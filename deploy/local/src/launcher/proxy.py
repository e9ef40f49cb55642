"""One address for the whole system: forwards by path prefix to the services, and shows where everything is."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import httpcore
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

HOP_BY_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"host"}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>OCOP Showcase</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
</style><h1>OCOP Showcase</h1><p>Mỗi xã một sản phẩm · One commune one product</p>
<p>Hệ thống đang chạy trên một máy để dùng thử. / The system is running on one machine, for trying out.</p><ul>%s</ul>
<p><code>.venv/bin/python -m launcher token --role organiser</code> → <code>Authorization: Bearer …</code></p></html>"""


class Proxy:
    """A reverse proxy on loopback, in the launcher's loop."""

    def __init__(self, backends: dict[str, int], port: int) -> None:
        self._backends = backends
        self._port = port
        self._pool = httpcore.AsyncConnectionPool(max_connections=200, keepalive_expiry=20)

    @asynccontextmanager
    async def run(self) -> AsyncGenerator[None]:
        """Serve while the context is open."""
        app = Starlette(
            routes=[Route("/", self._home), Route("/{service}/{rest:path}", self._forward, methods=METHODS)]
        )
        server = _Server(
            uvicorn.Config(app, host="127.0.0.1", port=self._port, log_config=None, access_log=False, lifespan="off")
        )
        task = asyncio.create_task(server.serve())
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            await task
            await self._pool.aclose()

    async def _home(self, _request: Request) -> Response:
        items = "".join(
            f'<li><b>{name}</b>: <a href="/{name}/openapi.json">openapi.json</a> ·'
            f' <a href="/{name}/metrics">metrics</a> · <a href="/{name}/health/ready">health</a></li>'
            for name in self._backends
        )
        return HTMLResponse(PAGE % items)

    async def _forward(self, request: Request) -> Response:
        service = request.path_params["service"]
        port = self._backends.get("registration" if service == "contracts" else service)
        if port is None:
            return JSONResponse({"detail": f"there is no service {service}"}, 404)
        target = request.scope["raw_path"].decode() + (f"?{request.url.query}" if request.url.query else "")
        headers = [(name, value) for name, value in request.headers.raw if name not in HOP_BY_HOP]
        try:
            answer = await self._pool.request(
                request.method,
                f"http://127.0.0.1:{port}{target}",
                headers=[(b"host", request.headers.get("host", "localhost").encode()), *headers],
                content=await request.body(),
            )
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            return JSONResponse({"detail": f"{service} does not answer"}, 502)
        response = Response(answer.content, answer.status)
        response.raw_headers = [(name, value) for name, value in answer.headers if name.lower() not in HOP_BY_HOP]
        return response


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield  # the launcher handles signals
