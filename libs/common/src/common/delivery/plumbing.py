"""The tables of delivery that every service has: outbox, event log, inbox, parked messages, idempotency keys.

Their meaning: outbox and event log, see ``relay``; inbox, see ``consuming``; parked, see ``dead_letters``;
forgotten events, see ``settling``.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.database.engine import declare_base

Base = declare_base()


class OutboxRow(Base):
    """A message that has happened and is not yet numbered (public events) or not yet sent (the other topics)."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    topic: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EventLogRow(Base):
    """A public event with its gapless position and its gapless number within its key; never changed."""

    __tablename__ = "event_log"
    __table_args__ = (UniqueConstraint("key", "key_sequence"),)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    key_sequence: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    logged_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EventLogKeyRow(Base):
    """The last number given within a key, and the time of its last event, which never goes back."""

    __tablename__ = "event_log_keys"
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
    last_time: Mapped[str]


class EventLogHeadRow(Base):
    """One row: the last position given, and how far the broker has acknowledged."""

    __tablename__ = "event_log_head"
    __table_args__ = (CheckConstraint("only_row", name="only_row"),)
    only_row: Mapped[bool] = mapped_column(primary_key=True, default=True)
    epoch: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger)
    published: Mapped[int] = mapped_column(BigInteger)


class ForgottenEventRow(Base):
    """An event of the log whose effects the service's own tables lack, as the database went back to before it.

    ``how`` and ``note`` say what ``settle`` did about it, once ``settled_at`` is there. A position below 0 is no event but
    the compacted topics, to be read again in the epoch of that number (``rereading``), and whatever nothing tells (``untold``).
    """

    __tablename__ = "forgotten_events"
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    settled_at: Mapped[datetime | None]
    how: Mapped[str | None]
    note: Mapped[dict[str, str] | None] = mapped_column(JSONB)


class InboxRow(Base):
    """A reader's whole memory: the last number taken in, per source and key."""

    __tablename__ = "inbox"
    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class ParkedRow(Base):
    """A subject whose messages wait for an operator; the empty subject is the whole key."""

    __tablename__ = "parked"
    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    reason: Mapped[str]


class ParkedMessageRow(Base):
    """A message taken in and not yet processed: the dead one of a parked subject, and those behind it.

    One whose own subject is another than ``subject`` is about the whole key: it was processed, and is kept for this subject
    alone, which was parked then.
    ``behind_key``: it came when the whole key waited already, so it runs after all subjects are free again.
    """

    __tablename__ = "parked_messages"
    __table_args__ = (Index(None, "source", "key", "subject"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[str]
    behind_key: Mapped[bool]
    topic: Mapped[str]
    partition: Mapped[int]
    offset: Mapped[int] = mapped_column(BigInteger)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    error: Mapped[str | None]
    parked_at: Mapped[datetime]


class ReDriveRow(Base):
    """The audit of what operators did with parked messages."""

    __tablename__ = "parked_audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    done_at: Mapped[datetime]
    done_by: Mapped[str]
    action: Mapped[str]
    source: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[str]
    reason: Mapped[str]
    messages: Mapped[int]


class IdempotencyKeyRow(Base):
    """The answer given to a request, to be given again when the same request comes again."""

    __tablename__ = "idempotency_keys"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
