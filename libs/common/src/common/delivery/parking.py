"""Parked subjects: what waits for an operator behind a dead message, and nothing else (docs/delivery.md)."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.inbox import MemoryKey
from common.delivery.messages import Message
from common.delivery.plumbing import ParkedMessageRow, ParkedRow

WHOLE_KEY = ""


@dataclass
class Parked:
    """The parked subjects of the keys of one unit of work."""

    subjects: dict[MemoryKey, set[str]] = field(default_factory=dict[MemoryKey, set[str]])

    def any_of(self, pair: MemoryKey) -> bool:
        return bool(self.subjects.get(pair))

    def holds_key(self, pair: MemoryKey) -> bool:
        return WHOLE_KEY in self.subjects.get(pair, set())

    def holds(self, message: Message) -> bool:
        """Whether a message has to wait behind its subject or its whole key."""
        parked = self.subjects.get(message.memory_key, set())
        return WHOLE_KEY in parked or message.cause.subject in parked


async def load_parked(session: AsyncSession, pairs: set[MemoryKey]) -> Parked:
    parked = Parked()
    query = select(ParkedRow).where(tuple_(ParkedRow.source, ParkedRow.key).in_(pairs))
    for row in await session.scalars(query):
        parked.subjects.setdefault((row.source, row.key), set()).add(row.subject)
    return parked


async def park_subject(session: AsyncSession, pair: MemoryKey, subject: str, now: datetime, reason: str) -> None:
    """Park a subject, or the whole key; parked already is fine."""
    source, key = pair
    await session.execute(
        insert(ParkedRow)
        .values(source=source, key=key, subject=subject, since=now, reason=reason)
        .on_conflict_do_nothing()
    )


def keep_message(
    session: AsyncSession, message: Message, now: datetime, error: str | None = None, *, behind_key: bool = False
) -> None:
    """Keep a message in order behind its parked subject or key; ``error`` marks the one that is dead itself."""
    session.add(
        ParkedMessageRow(
            source=message.cause.source,
            key=message.key,
            subject=message.cause.subject,
            behind_key=behind_key,
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            headers=message.headers,
            value=message.value,
            error=error,
            parked_at=now,
        )
    )
