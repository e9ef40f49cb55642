"""The pull feed: a service's whole history over HTTP, as its owner tells it."""

import json
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, to_structured
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
