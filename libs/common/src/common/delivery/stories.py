"""An owner's history key by key, for readers that rebuild: each key's events whole and in order, many keys in a piece.

What is told of one key is read together, so that a reader keeps it in memory and writes each row once; in the order of
positions the keys are mixed, and each row would be looked up and changed again and again.
"""

from collections.abc import Generator
from datetime import datetime
from functools import partial
from itertools import accumulate, groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.envelope import Cause, MissingHeaderError, owner_of

STORY_EVENTS = 20_000
STORY_BYTES = 8 * 1024 * 1024
STORIES_TYPE = "application/vnd.ocop.stories"
FIELD, FIELDS = "\x1f", 11
_CAUSE = partial(tuple.__new__, Cause)  # as Cause._make, without its detour

# The database puts the piece together, and as text: as JSON it takes the owner twice the time, and the reader too.
_STORIES = text(
    """
    SELECT convert_to(string_agg(
               concat_ws(E'\\x1f', position, key_sequence, octet_length(value), event_id, convert_from(key, 'UTF8'),
                         coalesce(headers->>'ce_source', ''), coalesce(headers->>'ce_type', ''),
                         coalesce(headers->>'ce_subject', ''), coalesce(headers->>'ce_time', ''),
                         coalesce(headers->>'ce_correlationid', ''), coalesce(headers->>'traceparent', '')),
               E'\\x1f' ORDER BY key, key_sequence), 'UTF8'),
           string_agg(value, NULL ORDER BY key, key_sequence)
    FROM (SELECT *, sum(octet_length(value)) OVER (ORDER BY key, key_sequence) - octet_length(value) AS before
          FROM (SELECT * FROM event_log
                WHERE key BETWEEN :first AND :last AND (key > :first OR key_sequence > :after)
                ORDER BY key, key_sequence LIMIT :limit) AS next) AS piece
    WHERE before < :most
    """
)


async def read_stories(session: AsyncSession, first: str, last: str, after: int, limit: int) -> bytes:
    """Return the events of the keys from ``first`` to ``last``, of ``first`` those after a number, as one piece.

    It ends early where it would become large, and is empty where there are none. It is a line with the length of what
    follows, the events' envelopes, then their values in the same order without anything between them.
    """
    bounds = {"first": first.encode(), "last": last.encode(), "after": after}
    found = (await session.execute(_STORIES, {**bounds, "limit": limit, "most": STORY_BYTES})).one()
    return b"" if found[0] is None else b"%d\n" % len(found[0]) + found[0] + found[1]


class Story(NamedTuple):
    """Events of one source and key in their order: their envelopes, and their values as they were told."""

    source: str
    key: str
    causes: list[Cause]
    values: list[bytes]


def from_stories(told: bytes) -> list[Story]:
    """Return what a piece tells, story by story.

    Column by column, since a loop over the events would cost as much as all that is done with them.

    Raises:
        MissingHeaderError: the owner's log has an event without an envelope.
    """
    start = told.index(b"\n") + 1
    begin = start + int(told[:start])
    fields = told[start:begin].decode().split(FIELD)
    if len(fields) % FIELDS:
        raise MissingHeaderError("of an event in the owner's log")
    positions, numbers, sizes, ids, keys, sources, kinds, subjects, times, correlations, traces = (
        fields[place::FIELDS] for place in range(FIELDS)
    )
    for name, texts in (("ce_type", kinds), ("ce_subject", subjects), ("ce_source", sources)):
        if not all(texts):
            raise MissingHeaderError(name)
    causes = list(
        map(
            _CAUSE,
            zip(
                *(ids, sources, kinds, subjects, keys, _read_times(times), map(int, positions), map(int, numbers)),
                [correlation or event_id for correlation, event_id in zip(correlations, ids, strict=True)],
                [trace or None for trace in traces],
                strict=True,
            ),
        )
    )
    ends = list(accumulate(map(int, sizes), initial=begin))
    values = [told[one:next_one] for one, next_one in pairwise(ends)]
    return list(_stories(causes, values))


def _stories(causes: list[Cause], values: list[bytes]) -> Generator[Story]:
    begin = 0
    for (source, key), found in groupby(causes, attrgetter("source", "key")):
        owner_of(source)
        end = begin + sum(1 for _ in found)
        yield Story(source, key, causes[begin:end], values[begin:end])
        begin = end


def _read_times(texts: list[str]) -> list[datetime]:
    try:
        times = list(map(datetime.fromisoformat, texts))
    except ValueError as error:
        raise MissingHeaderError("ce_time") from error
    if not all(time.tzinfo for time in times):
        raise MissingHeaderError("ce_time")
    return times
