"""The pull feed: a service's whole history over HTTP, and the client by which readers close gaps from it."""

import json
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import BaseModel, Field
from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, from_structured, source_of, to_structured
from common.delivery.inbox import MemoryKey
from common.delivery.plumbing import EventLogHeadRow, EventLogKeyRow, EventLogRow

PAGE = 500
PAGE_BYTES = 1024 * 1024
BIGINT = 2**63 - 1
HISTORY_EVENTS = 2_000
HISTORY_BYTES = 8 * 1024 * 1024
HISTORY_TYPE = "application/vnd.ocop.history"

# The database puts the piece together: event by event in Python it would cost the owner more than the reader's fold.
_HISTORY = text(
    """
    SELECT convert_to(json_agg(json_build_array(position, key_sequence, octet_length(value), convert_from(key, 'UTF8'), headers)
                               ORDER BY position)::text, 'UTF8'),
           string_agg(value, NULL ORDER BY position)
    FROM (SELECT *, sum(octet_length(value)) OVER (ORDER BY position) - octet_length(value) AS before
          FROM (SELECT * FROM event_log
                WHERE position > :after AND position <= (SELECT position FROM event_log_head)
                ORDER BY position LIMIT :limit) AS next) AS piece
    WHERE before < :most
    """
)


class FeedUnavailableError(Exception):
    """An owner's feed did not answer, or not as it should; the argument says why."""


class FeedPage(BaseModel):
    """Events in order of their position, as CloudEvents structured JSON."""

    events: list[dict[str, Any]] = Field(description="CloudEvents 1.0, structured JSON")
    last: int = Field(description="position of the last event here; ask again with after=<last>")
    head: int = Field(description="position of the newest event in the log")
    source: str = Field(default="", description="ce_source of what is told from now on")


class FeedKey(BaseModel):
    """The number of the last event within a key."""

    key: str
    last: int
    source: str = Field(default="", description="ce_source of that event; another epoch of the owner has another")


async def read_feed(
    session: AsyncSession,
    *,
    told_under: str,
    after: int,
    key: str | None,
    after_key_sequence: int | None,
    limit: int,
    source: str | None = None,
) -> bytes:
    """Return the next events after a position; with a key, those of the key alone, also by their number in it.

    Fewer where they are large. With a source only those of its epoch; ``told_under`` is that of today. It is the JSON of a ``FeedPage``, put together event by event: a page as
    objects would be eight times as large.
    """
    head = await session.scalar(select(EventLogHeadRow.position)) or 0
    query = select(EventLogRow).where(EventLogRow.position > after, EventLogRow.position <= head)
    if key is not None:
        query = query.where(EventLogRow.key == key.encode())
        if after_key_sequence is not None:
            query = query.where(EventLogRow.key_sequence > after_key_sequence)
    if source is not None:
        query = query.where(EventLogRow.headers["ce_source"].astext == source)
    events: list[bytes] = []
    last = after
    for position, number, headers, value in await session.execute(_first_bytes(query, limit)):
        event = to_structured({**headers, SEQUENCE: str(position), KEY_SEQUENCE: str(number)}, value)
        events.append(json.dumps(event, ensure_ascii=False).encode())
        last = position
    return b'{"events":[%b],"last":%d,"head":%d,"source":"%b"}' % (b",".join(events), last, head, told_under.encode())


def _first_bytes(query: Select[EventLogRow], limit: int) -> Select[Any, Any, Any, Any]:
    """Return the first events of a query by position: at most ``limit``, and no further one once they have a page's bytes."""
    found = query.order_by(EventLogRow.position).limit(limit).subquery().c
    size = func.octet_length(found.value)
    before = (func.sum(size).over(order_by=found.position) - size).label("before")
    sized = select(found.position, found.key_sequence, found.headers, found.value, before).subquery().c
    wanted = select(sized.position, sized.key_sequence, sized.headers, sized.value)
    return wanted.where(sized.before < PAGE_BYTES).order_by(sized.position)


async def read_feed_keys(session: AsyncSession, after: str | None, limit: int) -> list[FeedKey]:
    """Return keys with their last number, in order of the key."""
    newest = (EventLogRow.key == EventLogKeyRow.key) & (EventLogRow.key_sequence == EventLogKeyRow.last)
    query = (
        select(EventLogKeyRow.key, EventLogKeyRow.last, EventLogRow.headers["ce_source"].astext)
        .outerjoin(EventLogRow, newest)
        .order_by(EventLogKeyRow.key)
        .limit(limit)
    )
    if after is not None:
        query = query.where(EventLogKeyRow.key > after.encode())
    return [
        FeedKey(key=key.decode(), last=last, source=source or "") for key, last, source in await session.execute(query)
    ]


async def read_history(session: AsyncSession, after: int, limit: int) -> bytes:
    """Return the next events after a position as one piece, some megabytes at the most; empty at the log's end.

    It is a line of JSON that lists of each event ``[position, number in its key, bytes of its value, key, headers]``,
    then the values in the same order without anything between them.
    """
    found = (await session.execute(_HISTORY, {"after": after, "limit": limit, "most": HISTORY_BYTES})).one()
    return b"" if found[0] is None else found[0].replace(b"\n", b"") + b"\n" + found[1]


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
        if [place for place, _ in told] != list(range(after + 1, after + 1 + len(told))) or not told:
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
                raise FeedUnavailableError(f"{owner} has no event of the key under {source}")
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
