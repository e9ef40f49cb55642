"""Numbering: takes public events out of the outbox and gives each its position in the log and its number in its key."""

from collections.abc import Sequence

import asyncpg

# One statement, one transaction. The fence against a second relay is that a position is given once: whoever reads a
# head that has moved on meanwhile violates the log's primary key, and nothing of its statement happened.
# The time within a key never goes back, whatever the clocks of the replicas say (docs/delivery.md).
NUMBER = """
WITH gone AS (DELETE FROM outbox
              WHERE id = ANY(ARRAY(SELECT id FROM outbox WHERE topic = $1 ORDER BY id LIMIT $2))
              RETURNING id, key, event_id, headers, value),
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
       UPDATE event_log_head SET position = last.position
       FROM (SELECT max(position) AS position FROM added) AS last WHERE last.position IS NOT NULL)
SELECT position, key, key_sequence, headers, value FROM added ORDER BY position
"""


async def number_events(connection: asyncpg.Connection, topic: str, limit: int) -> Sequence[asyncpg.Record]:
    """Move up to ``limit`` events of a topic from the outbox into the event log; return them as the log has them.

    Raises:
        UniqueViolationError: another relay numbered at the same time; nothing was moved here.
    """
    return await connection.fetch(NUMBER, topic, limit)
