"""Talks to the running system through its front door: one HTTP address, tokens of every role, few calls at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import httpx
from joserfc.jwk import OKPKey

from common.tokens import Role, issue

SERVICES = ("registration", "allocation", "notifications", "reporting")
IN_FLIGHT = 10
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
    """The doors of a running system, and its clock."""

    def __init__(self, url: str, key: OKPKey, clock: ClockWriter, services: Mapping[str, str] | None = None) -> None:
        """Take the one address, the signing key, the clock, and services' own addresses where they are known."""
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self.calls = 0
        self._url = url
        self._services = dict(services or {})
        self._key = key
        self._clock = clock
        self._tokens: dict[tuple[object, ...], tuple[datetime, str]] = {}
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    def set_clock(self, instant: datetime) -> None:
        """Move the scenario's clock on; it never goes back."""
        self.now = max(self.now, instant)
        self._clock.set(self.now)

    def token(self, role: Role, **claims: str) -> str:
        """Return a token of the role that is good at the scenario's time."""
        wanted = (role, *sorted(claims.items()))
        issued_at, token = self._tokens.get(wanted, (None, ""))
        if issued_at is None or self.now - issued_at > TOKEN_FRESH:
            subject = claims.get("vendor_id") or claims.get("agency_code") or role.value
            token = issue(self._key, role=role, subject=subject, now=self.now, lifetime=TOKEN_LIFETIME, **claims)
            self._tokens[wanted] = (self.now, token)
        return token

    async def get(self, path: str, role: Role, **query: str | int) -> Any:
        """Return the JSON of a page."""
        answer = await self._request("GET", path, role, {}, params=query)
        return answer.json()

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

    async def download(self, path: str, role: Role | None) -> bytes:
        """Return a file; without a role as the public."""
        return (await self._request("GET", path, role, {})).content

    async def post(self, path: str, role: Role, body: Json | None = None, **claims: str) -> Any:
        """Give a command; each call is a request of its own (Idempotency-Key)."""
        return (await self._request("POST", path, role, claims, json=body or {})).json()

    async def put(self, path: str, role: Role, body: Json, **claims: str) -> Any:
        return (await self._request("PUT", path, role, claims, json=body)).json()

    async def public_get(self, url: str) -> str:
        """Open a page as anyone who has its address."""
        return (await self._request("GET", url, None, {})).text

    async def public_form(self, url: str, fields: dict[str, str]) -> str:
        """Send a page's form as a browser does."""
        return (await self._request("POST", url, None, {}, data=fields)).text

    def _client_of(self, path: str) -> httpx.AsyncClient:
        """Return the client of the door that a path or whole address leads to; each keeps its few connections."""
        base = self._services.get(path.split("/")[1], self._url) if path.startswith("/") else ""
        if base not in self._clients:
            limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
            self._clients[base] = httpx.AsyncClient(base_url=base, timeout=60, limits=limits, trust_env=False)
        return self._clients[base]

    async def _request(
        self, method: str, path: str, role: Role | None, claims: dict[str, str], **options: Any
    ) -> httpx.Response:
        headers: dict[str, str] = {}
        if role is not None:
            headers["Authorization"] = f"Bearer {self.token(role, **claims)}"
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid4())
        async with self._gate:
            self.calls += 1
            answer = await self._client_of(path).request(method, path, headers=headers, **options)
        if answer.status_code >= 400:
            raise StoryFailedError(f"{method} {path} as {role}: {answer.status_code}\n{_told(answer)}")
        return answer


def _told(answer: httpx.Response) -> str:
    try:
        return json.dumps(answer.json(), ensure_ascii=False, indent=1)[:3000]
    except ValueError:
        return answer.text[:3000]


async def each(items: Iterable[T], act: Callable[[T], Awaitable[object]]) -> int:
    """Do the same for every item, many at a time; return how many. The first failure ends it."""
    listed = list(items)
    async with asyncio.TaskGroup() as group:
        for item in listed:
            group.create_task(_awaited(act(item)))
    return len(listed)


async def _awaited(work: Awaitable[object]) -> None:
    await work
