"""What stands around a trial system: a mail catcher with a page, and, for plays, the hand on the scenario clock.

``python -m launcher.stage --mail FOLDER --smtp-port 1025 --port 8025 [--clock FILE]``; nothing is sent anywhere.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import default
from html import escape
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from launcher.followed_clock import ClockDesk
from launcher.mail_sink import MailSink
from launcher.scenario_clock import SCENARIO_BEGIN, ScenarioClockWriter

SHOWN = 500
NO_CLOCK = PlainTextResponse("this system runs by the machine's clock", 404)
PAGE = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Thư · Mails</title></head><body>'
    "<h1>Thư đã gửi · Mails caught</h1><ol reversed>{items}</ol></body></html>"
)


class Stage:
    """The mails in a folder, and the clock where there is one, over HTTP."""

    def __init__(self, folder: Path, desk: ClockDesk | None) -> None:
        self._folder = folder
        self._desk = desk
        self._read = BytesHeaderParser(policy=default)

    def app(self, sink: MailSink, host: str, smtp_port: int) -> Starlette:
        """Return the application; while it lives, so does the sink."""

        @asynccontextmanager
        async def live(_app: Starlette) -> AsyncGenerator[None]:
            await sink.start(smtp_port, host)
            yield
            await sink.stop()

        routes = [
            Route("/", self.page),
            Route("/mails", self.names),
            Route("/mails/{name}", self.mail),
            Route("/clock", self.next_instant, methods=["GET"]),
            Route("/clock", self.set_clock, methods=["PUT"]),
        ]
        return Starlette(routes=routes, lifespan=live)

    async def page(self, _request: Request) -> Response:
        """List the newest mails for a person."""
        newest = self._names()[::-1][:SHOWN]
        return HTMLResponse(PAGE.format(items="".join(map(self._item, newest))))

    async def names(self, request: Request) -> Response:
        """Return the names of the mails after a name, in order of arrival."""
        after = request.query_params.get("after", "")
        return JSONResponse([name for name in self._names() if name > after])

    async def mail(self, request: Request) -> Response:
        """Return one mail as it came."""
        name = request.path_params["name"]
        if name not in self._names():
            return PlainTextResponse("no such mail", 404)
        return Response((self._folder / name).read_bytes(), media_type="text/plain; charset=utf-8")

    async def set_clock(self, request: Request) -> Response:
        """Move the scenario clock on."""
        if self._desk is None:
            return NO_CLOCK
        try:
            await self._desk.set(datetime.fromisoformat((await request.json())["instant"]))
        except (ValueError, KeyError, TypeError) as error:
            return PlainTextResponse(f"not an instant to go to: {error}", 422)
        return JSONResponse({"microseconds": self._desk.micros})

    async def next_instant(self, request: Request) -> Response:
        """Tell a follower of the clock where it stands, once it is later than what the follower has."""
        if self._desk is None:
            return NO_CLOCK
        query = request.query_params
        micros = await self._desk.next(query["follower"], int(query["after"]))
        return JSONResponse({"microseconds": micros})

    def _names(self) -> list[str]:
        return sorted(path.name for path in self._folder.glob("*.eml"))

    def _item(self, name: str) -> str:
        with (self._folder / name).open("rb") as file:
            head = self._read.parse(file)
        return f'<li><a href="mails/{escape(name)}">{escape(str(head["Subject"]))}</a> → {escape(str(head["To"]))}</li>'


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 3 if a port could not be had."""
    parser = argparse.ArgumentParser(prog="launcher.stage", description="mail catcher, and the scenario clock")
    parser.add_argument("--mail", type=Path, required=True, help="folder of the mails")
    parser.add_argument("--clock", type=Path, help="file of the scenario clock, made if it is not there")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--smtp-port", type=int, default=1025)
    options = parser.parse_args(arguments)
    clock = ScenarioClockWriter(options.clock, SCENARIO_BEGIN) if options.clock else None
    app = Stage(options.mail, ClockDesk(clock) if clock else None).app(
        MailSink(options.mail), options.host, options.smtp_port
    )
    config = uvicorn.Config(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    asyncio.run(server.serve())
    return 0 if server.started else 3


if __name__ == "__main__":
    sys.exit(main())
