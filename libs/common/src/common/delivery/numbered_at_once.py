"""Events that get their numbers as they are told, in the transaction of whoever tells them, and never see the outbox."""

from collections.abc import Sequence
from datetime import datetime

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.numbering import WITH_NUMBERS, LoggedEvent
from common.delivery.outbox import OutgoingMessage
from common.delivery.own_source import OwnSource

# One statement: either all get their numbers, or all are put into the outbox. A unit of work must neither wait nor fail by
# numbers: while another one numbers, or where one has since this statement began, it numbers nothing. Nor does it where
# something waits in the outbox, which goes first. It must not keep the head for long when its process stands still before the
# commit.
TELL = WITH_NUMBERS.format(
    gone="""
     new AS (SELECT id, key, event_id, headers::jsonb AS headers, value
             FROM unnest($1::uuid[], $2::bytea[], $3::text[], $6::bytea[]) WITH ORDINALITY
                  AS given (event_id, key, headers, value, id)),
     free AS (SELECT position FROM event_log_head
              WHERE epoch = $5 AND $7::timestamptz = pg_postmaster_start_time()
                    AND (SELECT id FROM outbox ORDER BY id LIMIT 1) IS NULL
              FOR UPDATE SKIP LOCKED),
     may AS (SELECT FROM free WHERE position = (SELECT position FROM event_log_head)
                                    AND set_config('idle_in_transaction_session_timeout', '5s', true) IS NOT NULL),
     waiting AS (INSERT INTO outbox (event_id, topic, key, headers, value)
                 SELECT event_id, $8, key, headers, value FROM new WHERE NOT EXISTS (SELECT FROM may) ORDER BY id),
     gone AS (SELECT * FROM new WHERE EXISTS (SELECT FROM may))""",
    told="SELECT position, key_sequence, headers->>'ce_time' AS time FROM added ORDER BY position",
)


async def tell_at_once(
    session: AsyncSession, topic: str, messages: Sequence[OutgoingMessage], own: OwnSource, server: datetime
) -> list[LoggedEvent]:
    """Give messages their numbers in the transaction of a session, or put all of them into the outbox.

    Args:
        session: its transaction, READ COMMITTED, has taken all other locks already, and commits next.
        topic: that of the service's public events, for which all messages are.
        messages: a few, with values.
        own: the source that the process tells under; in another epoch nothing is numbered.
        server: when the server started that may be asked; at another one nothing is numbered.

    Returns:
        The messages as the log has them, in their order; nothing where they are in the outbox.
    """
    given = (
        [message.event_id for message in messages],
        [message.key for message in messages],
        [to_json(message.headers).decode() for message in messages],
        0,  # the mark is the relay's
        own.epoch,
        [message.value for message in messages],
        server,
        topic,
    )
    rows = (await (await session.connection()).exec_driver_sql(TELL, given)).all()
    return [
        LoggedEvent(
            row.position, message.key, row.key_sequence, {**message.headers, "ce_time": row.time}, message.value or b""
        )
        for row, message in zip(rows, messages, strict=False)
    ]
