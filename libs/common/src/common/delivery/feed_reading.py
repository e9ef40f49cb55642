"""The client of other services' pull feeds, by which readers close gaps."""

from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from common.delivery.envelope import from_structured, source_of
from common.delivery.feed import BIGINT, PAGE, FeedKey, FeedPage
from common.delivery.inbox import MemoryKey


class FeedUnavailableError(Exception):
    """An owner's feed did not answer, or not as it should; the argument says why."""


class NotToldError(FeedUnavailableError):
    """An owner answered well, and its log does not have what was asked for."""


@dataclass(frozen=True)
class FeedMessage:
    """An event as a feed tells it: headers, value and key as they stand on the topic."""

    key: bytes
    headers: dict[str, str]
    value: bytes


class Feeds:
    """Reads other services' feeds; made with the owners' base URLs and this service's token."""

    def __init__(self, urls: dict[str, str], token: str, client: httpx.AsyncClient | None = None) -> None:
        self.owners = sorted(urls)
        self._urls = urls
        self._client = client or (open_client(urls.values()) if urls else None)
        self._token = token

    async def events_of_key(self, owner: str, key: bytes, after: int, upto: int) -> list[FeedMessage]:
        """Return the first events of a key with numbers after ``after`` up to ``upto``: as many as the owner tells at once.

        Raises:
            FeedUnavailableError: the owner did not answer, or does not have them all.
        """
        query = {"key": key.decode(), "after_keysequence": after, "limit": min(PAGE, upto - after)}
        answer = await self._get(owner, "events", query)
        with _as_a_feed(owner):
            told = [
                (int(event["keysequence"]), FeedMessage(key, *from_structured(event)))
                for event in FeedPage.model_validate(answer).events
            ]
        if not told:
            raise NotToldError(f"{owner} has no event {after + 1} of the key")
        if [place for place, _ in told] != list(range(after + 1, after + 1 + len(told))):
            raise FeedUnavailableError(f"{owner} has no event {after + 1} of the key, or not those behind it")
        return [message for place, message in told if place <= upto]

    async def pages_of_key(self, owner: str, key: bytes, after: int, upto: int) -> AsyncGenerator[list[FeedMessage]]:
        """Yield all events of a key with numbers after ``after`` up to ``upto``, a page at a time.

        Raises:
            FeedUnavailableError: the owner did not answer, or does not have them all.
        """
        while after < upto:
            found = await self.events_of_key(owner, key, after, upto)
            yield found
            after += len(found)

    async def keys(self, owner: str, after: str | None) -> list[FeedKey]:
        """Return the next keys of an owner's log with their last numbers, in order of the key; at most a page of them.

        Raises:
            FeedUnavailableError: the owner did not answer.
        """
        page = await self._get(owner, "events/keys", {"limit": PAGE, **({} if after is None else {"after": after})})
        with _as_a_feed(owner):
            return [FeedKey.model_validate(item) for item in page]

    async def stories(self, owner: str, first: str, last: str, after: int) -> bytes | None:
        """Return the events of the keys from ``first`` to ``last``, as ``read_stories`` tells them.

        None where the owner runs a version that does not tell it so.

        Raises:
            FeedUnavailableError: the owner did not answer.
        """
        query = {"first": first, "last": last, "after_keysequence": after}
        try:
            answer = await self._ask(owner, "events/stories", query)
        except FeedUnavailableError as error:
            cause = error.__cause__
            if isinstance(cause, httpx.HTTPStatusError) and cause.response.status_code == HTTPStatus.NOT_FOUND:
                return None
            raise
        return answer.content

    async def first_number(self, owner: str, source: str, key: bytes) -> int:
        """Return the number of a key's first event under a source, one epoch of the owner.

        Raises:
            FeedUnavailableError: the owner did not answer, or has none.
        """
        query = {"key": key.decode(), "source": source, "limit": 1}
        answer = await self._get(owner, "events", query)
        with _as_a_feed(owner):
            events = FeedPage.model_validate(answer).events
            if not events or events[0]["source"] != source:
                raise NotToldError(f"{owner} has no event of the key under {source}")
            return int(events[0]["keysequence"])

    async def told_under(self, owner: str) -> str:
        """Return the source under which an owner tells now; nothing where it is older than this question."""
        answer = await self._get(owner, "events", {"after": BIGINT, "limit": 1})
        with _as_a_feed(owner):
            return FeedPage.model_validate(answer).source

    async def tails(self, owner: str) -> dict[MemoryKey, int]:
        """Return every key of an owner's log with the source and the number of its last event."""
        found: dict[MemoryKey, int] = {}
        after: str | None = None
        while True:
            keys = await self.keys(owner, after)
            found.update({(item.source or source_of(owner), item.key.encode()): item.last for item in keys})
            if len(keys) < PAGE:
                return found
            after = keys[-1].key

    async def _get(self, owner: str, path: str, query: dict[str, Any]) -> Any:
        answer = await self._ask(owner, path, query)
        try:
            return answer.json()
        except ValueError as error:
            raise FeedUnavailableError(f"{owner}: {type(error).__name__}: {error}") from error

    async def _ask(self, owner: str, path: str, query: dict[str, Any]) -> httpx.Response:
        if self._client is None or owner not in self._urls:
            raise FeedUnavailableError(f"no address of the feed of {owner}: set FEED_URLS")
        base = self._urls[owner].rstrip("/")
        try:
            answer = await self._client.get(
                f"{base}/{owner}/{path}", params=query, headers={"Authorization": f"Bearer {self._token}"}
            )
            return answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FeedUnavailableError(f"{owner}: {type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


@contextmanager
def _as_a_feed(owner: str) -> Generator[None]:
    """Call an answer that is no feed unavailable: whoever reads it waits, and skips nothing for it."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise FeedUnavailableError(f"{owner} answered what is no feed: {type(error).__name__}") from error


def open_client(urls: Iterable[str], timeout_seconds: float = 10) -> httpx.AsyncClient:
    """Return a client of these addresses, with TLS only where one asks for it: whom that trusts is most of a client's 3 MB."""
    verify = any(url.lower().startswith("https:") for url in urls)
    return httpx.AsyncClient(timeout=timeout_seconds, verify=verify)
