"""The outbox: messages that commit with the change they tell of, in the order in which they were emitted."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MAX_VALUE_BYTES = 256 * 1024
MAX_HEADER_BYTES = 16 * 1024  # of an event; a dead letter has some more

INSERT = text(
    """
    INSERT INTO outbox (event_id, topic, key, headers, value)
    SELECT event_id, topic, key, headers::jsonb, value
    FROM unnest(CAST(:event_ids AS uuid[]), CAST(:topics AS text[]), CAST(:keys AS bytea[]),
                CAST(:headers AS text[]), CAST(:values AS bytea[])) WITH ORDINALITY
         AS new (event_id, topic, key, headers, value, place)
    ORDER BY place
    """
)


class EventTooLargeError(ValueError):
    """An event is larger than the broker takes; split it or tell a reference."""


class OutgoingMessage(NamedTuple):
    """A message on its way to a topic; a value of None is a tombstone."""

    event_id: UUID
    topic: str
    key: bytes
    headers: dict[str, str]
    value: bytes | None

    def check_size(self) -> None:
        """Raise EventTooLargeError if the broker would refuse it."""
        value, headers = len(self.value or b""), sum(map(len, self.headers.values()))
        if value > MAX_VALUE_BYTES or headers > 2 * MAX_HEADER_BYTES:
            raise EventTooLargeError(f"{self.headers.get('ce_type')}: {value} bytes, headers of {headers}")


async def add_to_outbox(session: AsyncSession, messages: Sequence[OutgoingMessage]) -> None:
    """Insert messages; called last in a transaction, so that ids are drawn after every lock and read."""
    if messages:
        await session.execute(
            INSERT,
            {
                "event_ids": [message.event_id for message in messages],
                "topics": [message.topic for message in messages],
                "keys": [message.key for message in messages],
                "headers": [to_json(message.headers).decode() for message in messages],
                "values": [message.value for message in messages],
            },
        )
