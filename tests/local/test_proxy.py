"""The one address: requests go to the service that their path names, whole and as they are."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from launcher.ports import free_port
from launcher.proxy import Proxy, make_config

MEBIBYTE = 1024 * 1024


async def tell(request: Request) -> Response:
    """Answer what arrived."""
    body = await request.body()
    return JSONResponse(
        {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "host": request.headers["host"],
            "key": request.headers.get("idempotency-key"),
            "length": len(body),
            "forwarded": request.headers.getlist("x-forwarded-for"),
        },
        201 if request.method == "POST" else 200,
        headers={"X-Served-By": "allocation"},
    )


async def stream(request: Request) -> Response:
    """Send one piece, and the next only when the caller has seen the first."""
    gate: asyncio.Event = request.app.state.gate

    async def pieces() -> AsyncGenerator[bytes]:
        yield b"first"
        await gate.wait()
        yield b"second"

    return StreamingResponse(pieces())


async def break_off(_request: Request) -> Response:
    """Begin an answer and never end it."""

    async def pieces() -> AsyncGenerator[bytes]:
        yield b"half"
        raise OSError("the disk is gone")

    return StreamingResponse(pieces())


class InTestServer(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncGenerator[int]:
    port = free_port()
    config = (
        make_config(app, port)
        if isinstance(app, Proxy)
        else uvicorn.Config(app, port=port, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
    )
    server = InTestServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    yield port
    server.should_exit = True
    await task


@pytest.fixture
async def gate() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def front(gate: asyncio.Event, tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the proxy, behind which allocation runs and reporting does not."""
    service = Starlette(
        routes=[
            Route("/allocation/stream", stream),
            Route("/allocation/broken", break_off),
            Route("/{any:path}", tell, methods=["GET", "POST", "PUT", "DELETE", "HEAD"]),
        ]
    )
    service.state.gate = gate
    async with (
        serving(service) as port,
        serving(Proxy({"registration": port, "allocation": port, "reporting": free_port()}, tmp_path)) as front,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{front}", trust_env=False) as client,
    ):
        yield client


async def test_a_request_arrives_as_it_was_sent(front: httpx.AsyncClient):
    path = "/allocation/editions/%C4%90%20a%2Fb"
    answer = await front.post(f"{path}?q=%26&q=2", json={"a": 1}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201
    assert answer.headers["x-served-by"] == "allocation"
    assert answer.json() == {
        "method": "POST",
        "path": path,
        "query": "q=%26&q=2",
        "host": front.base_url.netloc.decode(),
        "key": "k",
        "length": 7,
        "forwarded": ["127.0.0.1"],
    }


async def test_what_a_caller_says_of_itself_stands_before_what_the_front_door_sees(front: httpx.AsyncClient):
    answer = await front.get("/allocation/x", headers={"X-Forwarded-For": "42.112.8.1"})
    assert answer.json()["forwarded"] == ["42.112.8.1", "127.0.0.1"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_every_method_is_handed_on(front: httpx.AsyncClient, method: str):
    answer = await front.request(method, "/allocation/x")
    assert answer.status_code == 200
    assert method == "HEAD" or answer.json()["method"] == method


async def test_a_large_body_passes_with_and_without_its_length(front: httpx.AsyncClient):
    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(64):
            yield b"x" * (MEBIBYTE // 16)

    assert (await front.post("/allocation/x", content=b"x" * 4 * MEBIBYTE)).json()["length"] == 4 * MEBIBYTE
    assert (await front.post("/allocation/x", content=pieces())).json()["length"] == 4 * MEBIBYTE


async def test_an_answer_is_handed_on_as_it_comes(front: httpx.AsyncClient, gate: asyncio.Event):
    async with front.stream("GET", "/allocation/stream") as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"first"
        gate.set()
        assert b"".join([piece async for piece in pieces]) == b"second"


async def test_contracts_are_served_by_their_owner(front: httpx.AsyncClient):
    assert (await front.get("/contracts/x.v1.json")).json()["path"] == "/contracts/x.v1.json"


async def test_a_service_that_is_down_is_named(front: httpx.AsyncClient):
    answer = await front.get("/reporting/editions")
    assert (answer.status_code, answer.json()["code"]) == (502, "service_unreachable")
    assert "reporting" in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail_vi"].startswith("Dịch vụ reporting không trả lời")


async def test_what_is_no_service_is_said_as_the_services_say_their_errors(front: httpx.AsyncClient):
    answer = await front.get("/nobody/here?x=1")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "urn:ocop:problem:service_unknown",
        "title": "Not Found",
        "status": 404,
        "code": "service_unknown",
        "detail": "There is no service nobody.",
        "detail_vi": "Không có dịch vụ nobody.",
        "errors": [],
        "instance": "/nobody/here",
    }


async def test_half_an_answer_is_never_passed_off_as_whole(front: httpx.AsyncClient):
    with pytest.raises(httpx.RemoteProtocolError):
        await front.get("/allocation/broken")


async def test_an_unknown_service_is_not_found(front: httpx.AsyncClient):
    assert (await front.get("/payroll/x")).status_code == 404


async def test_the_page_tells_what_runs_where(front: httpx.AsyncClient, tmp_path: Path):
    page = (await front.get("/")).text
    for expected in ("/allocation/openapi.json", "/reporting/openapi.json", str(tmp_path / "mail"), "dùng thử"):
        assert expected in page


async def test_many_requests_at_once_each_get_their_own_answer(front: httpx.AsyncClient):
    answers = await asyncio.gather(*(front.get(f"/allocation/{number}") for number in range(60)))
    assert [answer.json()["path"] for answer in answers] == [f"/allocation/{number}" for number in range(60)]
