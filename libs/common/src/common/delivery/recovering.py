"""After the database went back in time: its event log is completed from its topic, so that no number is given twice."""

from contextlib import aclosing
from typing import Any
from uuid import UUID

import asyncpg

from common.contracts.base import events_topic
from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, epoch_of
from common.delivery.messages import Message, read_record
from common.delivery.relay import open_connection
from common.delivery.republishing import hold_relay
from common.delivery.whole_topics import read_whole
from common.settings import ServiceSettings

ADD = """
INSERT INTO event_log (position, key, key_sequence, event_id, headers, value)
VALUES ($1, $2, $3, $4, $5, $6)
"""
ADVANCE_KEY = """
INSERT INTO event_log_keys AS k (key, last, last_time) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET last = excluded.last, last_time = greatest(k.last_time, excluded.last_time)
"""
LAST_SOURCE = "SELECT headers->>'ce_source' FROM event_log ORDER BY position DESC LIMIT 1"
ADVANCE = "UPDATE event_log_head SET position = $1, published = $1, epoch = greatest(epoch, $2)"
FORGET_UNNUMBERED = "DELETE FROM outbox WHERE event_id = ANY($1::uuid[]) RETURNING event_id"
MARK_FORGOTTEN = "INSERT INTO forgotten_events (position) SELECT unnest($1::bigint[])"


class TopicIncompleteError(Exception):
    """The topic lacks an event between the log's end and its own; the text says which."""


async def complete_log(service: str, settings: ServiceSettings) -> list[dict[str, str]]:
    """Take what the topic holds beyond the log into the log; return the headers of what was taken in, in order.

    What these events did to the service's other tables is still forgotten: they are marked, and ``settling`` goes on.
    One that the restored outbox still held had done it before the moment of the backup, and is not marked.

    Raises:
        RelayRunsError: the service runs.
        TopicIncompleteError: retention took what is needed.
        TopicMissingError: there is no topic, or not for this user.
    """
    connection = await open_connection(settings)
    try:
        await hold_relay(connection, service)
        head: int = await connection.fetchval("SELECT position FROM event_log_head")
        last: str | None = await connection.fetchval(LAST_SOURCE)
        records = drop_dead(await _read_beyond(service, settings, head), epoch_of(last) if last else 1)
        for place, position in enumerate(sorted(records), start=head + 1):
            if position != place:
                raise TopicIncompleteError(f"{events_topic(service)} lacks position {place}; it goes on at {position}")
        ordered = [records[position] for position in sorted(records)]
        async with connection.transaction():
            for record in ordered:
                await _add(connection, record)
            if ordered:
                await _advance(connection, ordered, head + len(ordered))
        return [_headers(record) for record in ordered]
    finally:
        await connection.close()


async def _add(connection: asyncpg.Connection, record: Any) -> None:
    headers = _headers(record)
    position, number = int(headers.pop(SEQUENCE)), int(headers.pop(KEY_SEQUENCE))
    event_id = UUID(headers["ce_id"])
    await connection.execute(ADD, position, record.key, number, event_id, headers, record.value)
    await connection.execute(ADVANCE_KEY, record.key, number, headers["ce_time"])


async def _advance(connection: asyncpg.Connection, ordered: list[Any], head: int) -> None:
    """Move the log's head behind what was taken in, and mark what the other tables lack."""
    epoch = max(_epoch(record) for record in ordered)  # it may have begun one since
    await connection.execute(ADVANCE, head, epoch)
    positions = {UUID(_headers(record)["ce_id"]): _position(record) for record in ordered}
    for row in await connection.fetch(FORGET_UNNUMBERED, list(positions)):
        del positions[row["event_id"]]
    await connection.execute(MARK_FORGOTTEN, list(positions.values()))


async def _read_beyond(service: str, settings: ServiceSettings, head: int) -> dict[int, Any]:
    """Return the topic's records beyond a position, by position; of several the one of the latest epoch."""
    found = dict[int, Any]()
    async with aclosing(read_whole(events_topic(service), settings)) as batches:
        async for records in batches:
            for record in records:
                position = _position(record)
                if position > head and _epoch(record) >= (_epoch(found[position]) if position in found else 0):
                    found[position] = record
    return found


def drop_dead(records: dict[int, Any], epoch: int) -> dict[int, Any]:
    """Return the records that go on where a log of this epoch ends.

    Positions are given anew where an epoch began without the log having been completed. What the epoch before had told
    behind its last then is of a life that was given up, and stays on the topic until retention takes it.
    """
    alive = dict[int, Any]()
    for position in sorted(records):
        if _epoch(records[position]) >= epoch:
            epoch = _epoch(records[position])
            alive[position] = records[position]
    return alive


def _position(record: Any) -> int:
    """Return the position of an event; what is no event of ours has none."""
    message = read_record(record)
    return message.cause.sequence if isinstance(message, Message) else 0


def _epoch(record: Any) -> int:
    return epoch_of(_headers(record)["ce_source"])


def _headers(record: Any) -> dict[str, str]:
    return {name: value.decode() for name, value in record.headers}
