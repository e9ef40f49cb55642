"""Talks to the running system through its front door: one HTTP address, tokens of every role, few calls at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import aiohttp
from joserfc.jwk import OKPKey

from common.tokens import Role, issue
from scenario.doors.files import write_form

SERVICES = ("registration", "allocation", "notifications", "reporting")
IN_FLIGHT = 6
TRIES = 4
TOKEN_LIFETIME = timedelta(hours=12)
TOKEN_FRESH = timedelta(hours=6)

T = TypeVar("T")
Json = dict[str, Any]


class StoryFailedError(Exception):
    """A step did not go as the story says; the argument tells which call and what was answered."""


class ClockWriter(Protocol):
    """Sets the clock that all services share."""

    def set(self, instant: datetime) -> None: ...


class System:
    """The doors of a running system, and its clock.

    Attributes:
        reviewing_agency: whose people the reviewers are, where a call does not say so itself.
    """

    def __init__(self, url: str, key: OKPKey, clock: ClockWriter, services: Mapping[str, str] | None = None) -> None:
        """Take the one address, the signing key, the clock, and services' own addresses where they are known."""
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self.calls = 0
        self.reviewing_agency = ""
        self._url = url
        self._services = dict(services or {})
        self._key = key
        self._clock = clock
        self._tokens: dict[tuple[object, ...], tuple[datetime, str]] = {}
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def set_clock(self, instant: datetime) -> None:
        """Move the scenario's clock on; it never goes back."""
        self.now = max(self.now, instant)
        self._clock.set(self.now)

    def token(self, role: Role, **claims: str) -> str:
        """Return a token of the role that is good at the scenario's time; the claim ``subject`` names its bearer."""
        if role is Role.REVIEWER:
            claims = {"agency_code": self.reviewing_agency, "subject": role.value} | claims
        wanted = (role, *sorted(claims.items()))
        issued_at, token = self._tokens.get(wanted, (None, ""))
        if issued_at is None or self.now - issued_at > TOKEN_FRESH:
            subject = claims.pop("subject", "") or claims.get("vendor_id") or claims.get("agency_code") or role.value
            token = issue(self._key, role=role, subject=subject, now=self.now, lifetime=TOKEN_LIFETIME, **claims)
            self._tokens[wanted] = (self.now, token)
        return token

    async def get(self, path: str, role: Role, **query: str | int) -> Any:
        """Return the JSON of a page."""
        return json.loads(await self._request("GET", path, role, {}, params=query))

    async def get_all(self, path: str, role: Role, **query: str | int) -> list[Json]:
        """Return the items of every page of a list."""
        items: list[Json] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, role, **query, limit=200, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    async def download(self, path: str, role: Role | None, **claims: str) -> bytes:
        """Return a file; without a role as the public."""
        return await self._request("GET", path, role, claims)

    async def send_file(self, path: str, role: Role, content: bytes, **claims: str) -> Any:
        """Send a file as the body of a request."""
        return json.loads(await self._request("POST", path, role, claims, data=content))

    async def put_file(self, path: str, role: Role, content: bytes, **claims: str) -> Any:
        """Send a file, or a part of one, to where it belongs."""
        return json.loads(await self._request("PUT", path, role, claims, data=content))

    async def post(self, path: str, role: Role, body: Json | None = None, **claims: str) -> Any:
        """Give a command; each call is a request of its own (Idempotency-Key)."""
        return json.loads(await self._request("POST", path, role, claims, json=body or {}))

    async def put(self, path: str, role: Role, body: Json, **claims: str) -> Any:
        return json.loads(await self._request("PUT", path, role, claims, json=body))

    async def save(self, path: str, role: Role, body: Json, over: int | None, **claims: str) -> tuple[int | None, Json]:
        """Save over a version of a thing; return the new version, None where it has another one by now, and the answer."""
        headers = {} if over is None else {"If-Match": f'"{over}"'}
        answer: Json = json.loads(
            await self._request(
                "PUT", path, role, claims, also=HTTPStatus.PRECONDITION_FAILED, json=body, headers=headers
            )
        )
        return answer.get("version"), answer

    async def public_get(self, url: str) -> str:
        """Open a page as anyone who has its address."""
        return (await self._request("GET", url, None, {})).decode()

    async def public_form(self, url: str, fields: Sequence[tuple[str, str]]) -> str:
        """Send a page's form as a browser does; return the page that it leads to."""
        return (await self._request("POST", url, None, {}, data=fields)).decode()

    async def public_upload(self, url: str, fields: Sequence[tuple[str, str]], files: Mapping[str, bytes]) -> str:
        """Send a page's form with files, by the names of their fields; return the page that it leads to."""
        body, kind = write_form(fields, files)
        return (await self._request("POST", url, None, {}, data=body, headers={"Content-Type": kind})).decode()

    def _address(self, path: str) -> str:
        """Return the whole address of a path, at the service's own door where it is known."""
        if not path.startswith("/"):
            return path
        return self._services.get(path.split("/")[1], self._url) + path

    def _open_session(self) -> aiohttp.ClientSession:
        """Return the session with its few connections; made in the running loop."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
            self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60))
        return self._session

    async def _request(
        self, method: str, path: str, role: Role | None, claims: dict[str, str], *, also: int = 0, **options: Any
    ) -> bytes:
        """Return the body of a good answer, or of one of the status ``also``; a call whose line was cut is made again."""
        headers: dict[str, str] = options.pop("headers", {})
        if role is not None:
            headers["Authorization"] = f"Bearer {self.token(role, **claims)}"
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        async with self._gate:
            self.calls += 1
            status, body = await self._call(method, self._address(path), headers, options)
        if status >= 400 and status != also:
            raise StoryFailedError(f"{method} {path} as {role}: {status}\n{_told(body)}")
        return body

    async def _call(
        self, method: str, url: str, headers: dict[str, str], options: Any, tries: int = TRIES
    ) -> tuple[int, bytes]:
        try:
            return await self._call_once(method, url, headers, options)
        except aiohttp.ClientConnectionError as error:
            if tries == 1:
                raise StoryFailedError(f"{method} {url}: không trả lời / does not answer ({error})") from error
        return await self._call(method, url, headers, options, tries - 1)

    async def _call_once(self, method: str, url: str, headers: dict[str, str], options: Any) -> tuple[int, bytes]:
        async with self._open_session().request(method, url, headers=headers, **options) as answer:
            return answer.status, await answer.read()


def _told(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=1)[:3000]
    except ValueError:
        return body.decode(errors="replace")[:3000]


async def each(items: Iterable[T], act: Callable[[T], Awaitable[object]]) -> int:
    """Do the same for every item, many at a time; return how many. The first failure ends it."""
    listed = list(items)
    async with asyncio.TaskGroup() as group:
        for item in listed:
            group.create_task(_awaited(act(item)))
    return len(listed)


async def _awaited(work: Awaitable[object]) -> None:
    await work
