"""Limits at the door: the size of a body, measured while it comes in."""

import re
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.web.problems import problem, refusal_page, wants_page


class BodyTooLargeError(Exception):
    """The body passed the limit."""


class BodyLimit:
    """Answers 413 as soon as a body is larger than the limit of its address, whatever its header says."""

    def __init__(self, app: ASGIApp, limit: int, larger: Sequence[tuple[re.Pattern[str], int]] = ()) -> None:
        """Take the limit, and the addresses that have a larger one of their own."""
        self._app = app
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting the bytes of its body as they are read; what is no HTTP passes as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((most for address, most in self._larger if address.fullmatch(scope["path"])), self._limit)
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > limit:
            await self._refuse(limit, Request(scope), receive, send)
            return
        taken = 0
        started = False

        async def limited_receive() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise BodyTooLargeError
            return message

        async def watching_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, limited_receive, watching_send)
        except BodyTooLargeError:
            if started:
                raise
            await self._refuse(limit, Request(scope), receive, send)

    async def _refuse(self, limit: int, request: Request, receive: Receive, send: Send) -> None:
        megabytes = f"{limit / 1024 / 1024:g}"
        answer = _page(request, megabytes) if wants_page(request) else _problem(request, megabytes)
        await answer(request.scope, receive, send)


def _problem(request: Request, megabytes: str) -> Response:
    vi, en = f"Nội dung gửi lên lớn quá {megabytes} MB; hãy chia nhỏ.", f"The body is larger than {megabytes} MB; "
    return problem(request, status=413, code="body_too_large", vi=vi, en=en + "send it in parts.", problems=[])


def _page(request: Request, megabytes: str) -> Response:
    """Say it to a person who sent files by a form, who cannot send them in parts."""
    return refusal_page(
        request,
        413,
        f"Nội dung gửi lên lớn quá {megabytes} MB; chưa có gì được lưu. Hãy quay lại, gửi ít tệp hơn hoặc tệp nhỏ hơn.",
        f"What you sent is larger than {megabytes} MB; nothing of it was stored. Go back, and send fewer or smaller files.",
    )
