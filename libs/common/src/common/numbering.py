"""Numbering: takes public events out of the outbox and gives each its position in the log and its number in its key."""

import asyncpg

CANDIDATES = "SELECT id FROM outbox WHERE topic = $1 ORDER BY id LIMIT $2"

# The head is also the fence: a second relay waits here, and then finds the rows gone.
LOCK_HEAD = "SELECT position FROM event_log_head FOR UPDATE"

# The time within a key never goes back, whatever the clocks of the replicas say (docs/delivery.md).
NUMBER = """
WITH gone AS (DELETE FROM outbox WHERE id = ANY($1::bigint[]) RETURNING id, key, event_id, headers, value),
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
       SELECT $2 + place, key, key_sequence, event_id,
              CASE WHEN time > headers->>'ce_time' THEN headers || jsonb_build_object('ce_time', time) ELSE headers END,
              value
       FROM ordered RETURNING 1)
SELECT count(*) FROM added
"""

ADVANCE = "UPDATE event_log_head SET position = position + $1"


async def number_events(connection: asyncpg.Connection, topic: str, limit: int) -> int:
    """Move up to ``limit`` events of a topic from the outbox into the event log; return how many were moved."""
    ids = [row["id"] for row in await connection.fetch(CANDIDATES, topic, limit)]
    if not ids:
        return 0
    async with connection.transaction():
        base = await connection.fetchval(LOCK_HEAD)
        moved: int = await connection.fetchval(NUMBER, ids, base)
        await connection.execute(ADVANCE, moved)
    return moved
