"""Numbering: takes public events out of the outbox and gives each its position in the log and its number in its key."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import asyncpg

from common.delivery.own_source import OwnSource

# Of values. One batch is in memory twice, the one on its way and the one numbered behind it.
BATCH_BYTES = 8 * 1024 * 1024

# One statement. Whoever numbers locks the head first of all. The fence against a second relay is that a position is given
# once: who waited there reads the head as it was before, violates the log's primary key, and nothing of its statement happened.
# A log that is in another epoch than this process gets nothing from it; and what was told by a process of the epoch before
# goes under the source of the epoch in which it gets its number.
# The mark of the batch before goes with it, and the last row tells whether other messages wait at the front: each would
# be a trip to the database of its own, for every batch.
# Between what is gone from the outbox and what the log gets, it is the statement of ``numbered_at_once`` as well. The time
# within a key never goes back, whatever the clocks of the replicas say (docs/delivery.md).
WITH_NUMBERS = """
WITH {gone},
     sums AS (SELECT key, count(*) AS events, max(headers->>'ce_time') AS last_time FROM gone GROUP BY key),
     heads AS (INSERT INTO event_log_keys AS h (key, last, last_time)
               SELECT key, events, last_time FROM sums ORDER BY key
               ON CONFLICT (key) DO UPDATE SET last = h.last + excluded.last,
                                               last_time = greatest(h.last_time, excluded.last_time)
               RETURNING key, last, last_time),
     before AS (SELECT s.key, k.last_time FROM sums s JOIN event_log_keys k USING (key)),
     ordered AS (
       SELECT id, g.key, event_id, headers, value,
              row_number() OVER (ORDER BY id) AS place,
              h.last - count(*) OVER (PARTITION BY g.key)
                + row_number() OVER (PARTITION BY g.key ORDER BY id) AS key_sequence,
              greatest(max(headers->>'ce_time') OVER (PARTITION BY g.key ORDER BY id), b.last_time) AS time
       FROM gone g JOIN heads h USING (key) LEFT JOIN before b ON b.key = g.key),
     added AS (
       INSERT INTO event_log (position, key, key_sequence, event_id, headers, value)
       SELECT head.position + place, key, key_sequence, event_id,
              CASE WHEN time > headers->>'ce_time' THEN headers || jsonb_build_object('ce_time', time) ELSE headers END,
              value
       FROM ordered, event_log_head AS head RETURNING position, key, key_sequence, headers, value),
     moved AS (
       UPDATE event_log_head SET position = last.position, published = greatest(published, $4)
       FROM (SELECT max(position) AS position FROM added) AS last WHERE last.position IS NOT NULL)
{told}
"""
NUMBER = WITH_NUMBERS.format(
    gone="""
     front AS (SELECT id, octet_length(value) AS size FROM outbox
               WHERE topic = $1 AND ($5::int IS NULL OR $5 = (SELECT epoch FROM event_log_head))
                     AND EXISTS (SELECT FROM event_log_head FOR UPDATE)
               ORDER BY id LIMIT $2),
     taken AS (SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY id) - size AS before FROM front) AS sized
               WHERE before < $3),
     gone AS (DELETE FROM outbox WHERE id = ANY(ARRAY(SELECT id FROM taken))
              RETURNING id, key, event_id, value,
                        CASE WHEN headers->>'ce_source' <> $6
                             THEN headers || jsonb_build_object('ce_source', $6::text) ELSE headers END AS headers)""",
    told="""
SELECT position, key, key_sequence, headers, value FROM added
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL
WHERE EXISTS (SELECT FROM (SELECT topic FROM outbox ORDER BY id LIMIT $2) AS first WHERE topic <> $1)
ORDER BY position""",
)


class LoggedEvent(NamedTuple):
    """An event as the log has it."""

    position: int
    key: bytes
    key_sequence: int
    headers: Mapping[str, str]
    value: bytes


class Numbered(NamedTuple):
    """Events as the log has them, in order; and whether messages of other topics wait at the front of the outbox."""

    events: Sequence[LoggedEvent]
    others_wait: bool


async def number_events(
    connection: asyncpg.Connection, topic: str, limit: int, published: int = 0, own: OwnSource | None = None
) -> Numbered:
    """Move up to ``limit`` events of a topic, some megabytes at the most, from the outbox into the event log.

    Args:
        connection: to the service's database, outside a transaction.
        topic: that of the service's public events.
        limit: the most events.
        published: up to which position the broker has acknowledged; the mark moves there if anything is numbered.
        own: the source that the process tells under, where it is known; in another epoch nothing is numbered.

    Raises:
        UniqueViolationError: another relay numbered at the same time; nothing was moved here.
    """
    under = (own.epoch, own.hold(own.epoch)) if own and own.epoch else (None, None)
    rows = await connection.fetch(NUMBER, topic, limit, BATCH_BYTES, published, *under)
    others_wait = bool(rows) and rows[-1]["position"] is None
    return Numbered([LoggedEvent(*row) for row in (rows[:-1] if others_wait else rows)], others_wait)
