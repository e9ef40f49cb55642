"""Parked subjects: what waits for an operator behind a dead message, and nothing else (docs/delivery.md)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy import Delete, Select, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.inbox import MemoryKey
from common.delivery.messages import Message
from common.delivery.plumbing import ParkedMessageRow, ParkedRow
from common.delivery.reactions import Subscription
from common.delivery.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

Q = TypeVar("Q", Select[Any], Delete)

WHOLE_KEY = ""
_PARKED = text(  # asked for every batch: built once
    "SELECT source, key, subject FROM parked JOIN unnest(CAST(:sources AS text[]), CAST(:keys AS bytea[]))"
    " AS wanted (source, key) USING (source, key)"
)


@dataclass
class Parked:
    """The parked subjects of the keys of one unit of work."""

    subjects: dict[MemoryKey, set[str]] = field(default_factory=dict[MemoryKey, set[str]])

    def any_of(self, pair: MemoryKey) -> bool:
        """Whether anything of a source and key is parked."""
        return bool(self.subjects.get(pair))

    def holds_key(self, pair: MemoryKey) -> bool:
        """Whether a source and key is parked as a whole, with all its subjects."""
        return WHOLE_KEY in self.subjects.get(pair, set())

    def holds(self, message: Message) -> bool:
        """Whether a message has to wait behind its subject or its whole key."""
        parked = self.subjects.get(message.memory_key, set())
        return WHOLE_KEY in parked or message.cause.subject in parked


async def load_parked(session: AsyncSession, pairs: Collection[MemoryKey]) -> Parked:
    """Return what is parked of these sources and keys, as it is now that their rows of the memory are locked.

    It is a statement of its own: one that had to wait for the lock would answer as of before it waited.
    """
    parked = Parked()
    values = {"sources": [source for source, _ in pairs], "keys": [key for _, key in pairs]}
    for source, key, subject in await session.execute(_PARKED, values):
        parked.subjects.setdefault((source, bytes(key)), set()).add(subject)
    return parked


async def park_subject(session: AsyncSession, pair: MemoryKey, subject: str, now: datetime, reason: str) -> None:
    """Park a subject, or the whole key; parked already is fine."""
    source, key = pair
    await session.execute(
        insert(ParkedRow)
        .values(source=source, key=key, subject=subject, since=now, reason=reason)
        .on_conflict_do_nothing()
    )


async def is_kept(session: AsyncSession, message: Message) -> bool:
    """Whether this very message is kept already: what has no number comes again with its whole topic."""
    query = _kept_of(select(ParkedMessageRow.id), message).where(
        ParkedMessageRow.headers["ce_id"].astext == message.cause.id
    )
    return await session.scalar(query.limit(1)) is not None


async def forget_kept(session: AsyncSession, message: Message) -> int:
    """Delete whatever is kept of the key of a message without a number, and free it; return how many there were.

    Its erasure erases them too: they hold the values that are to be forgotten.
    """
    gone = await session.scalars(_kept_of(delete(ParkedMessageRow), message).returning(ParkedMessageRow.subject))
    subjects = gone.all()
    if subjects:
        source, key = message.memory_key
        left = select(ParkedMessageRow.subject).where(ParkedMessageRow.source == source, ParkedMessageRow.key == key)
        await session.execute(
            delete(ParkedRow).where(
                ParkedRow.source == source,
                ParkedRow.key == key,
                ParkedRow.subject.in_(set(subjects)),
                ParkedRow.subject.not_in(left),
            )
        )
        log.info("kept_messages_erased", topic=message.topic, messages=len(subjects))
    return len(subjects)


def _kept_of(query: Q, message: Message) -> Q:
    source, key = message.memory_key
    return query.where(
        ParkedMessageRow.topic == message.topic, ParkedMessageRow.source == source, ParkedMessageRow.key == key
    )


def keep_message(
    session: AsyncSession,
    message: Message,
    now: datetime,
    error: str | None = None,
    *,
    behind_key: bool = False,
    subject: str | None = None,
) -> None:
    """Keep a message behind its parked subject or key, or behind another ``subject`` of its key.

    ``error`` marks the one that is dead itself.
    """
    session.add(
        ParkedMessageRow(
            source=message.memory_key[0],
            key=message.key,
            subject=message.cause.subject if subject is None else subject,
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


async def keep_if_parked(uow: UnitOfWork, message: Message, reactions: Sequence[Subscription], parked: Parked) -> bool:
    """Keep a message that has to wait behind what is parked of its key; return whether it has to."""
    pair = message.memory_key
    if not (message.numbered and parked.any_of(pair)):
        return False
    if not parked.holds(message):
        if not any(line.needs_all for line in reactions):
            return False
        await park_subject(uow.session, pair, WHOLE_KEY, uow.now, f"{message.cause.type} needs all before it")
        parked.subjects[pair].add(WHOLE_KEY)
    keep_message(uow.session, message, uow.now, behind_key=parked.holds_key(pair))
    return True


def keep_for_parked(uow: UnitOfWork, message: Message, reactions: Sequence[Subscription], parked: Parked) -> None:
    """Keep a message that has just run for its whole key once more for each parked subject, in its turn there.

    What it does for all of them is done for those when it is known what became of them until then.
    """
    if not any(line.for_parked is not None for line in reactions):
        return
    for subject in sorted(parked.subjects.get(message.memory_key, set()) - {WHOLE_KEY, message.cause.subject}):
        keep_message(uow.session, message, uow.now, subject=subject)
