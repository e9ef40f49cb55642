"""Raw records read into values: nothing here raises, a record that cannot be read becomes a BadMessage."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol

from common.contracts.base import CONTACTS_TOPIC, dead_letters_topic
from common.delivery.envelope import MAX_NAME, Cause, MissingHeaderError, owner_of, read_cause
from common.delivery.feed_reading import FeedMessage
from common.delivery.outbox import MAX_HEADER_BYTES, MAX_VALUE_BYTES, OutgoingMessage
from common.ids import new_id

MAX_REASON = 500  # characters of why something is a dead letter: it may name what a stranger wrote


class Record(Protocol):
    """What is read of a broker's record (aiokafka's ConsumerRecord fits)."""

    @property
    def topic(self) -> str:
        """Name of its topic."""
        ...

    @property
    def partition(self) -> int:
        """Number of its partition, from 0."""
        ...

    @property
    def offset(self) -> int:
        """Its place in the partition, from 0."""
        ...

    @property
    def timestamp(self) -> int:
        """When it was sent, in milliseconds of Unix time."""
        ...

    @property
    def key(self) -> bytes | None:
        """Bytes of its key; None without one."""
        ...

    @property
    def value(self) -> bytes | None:
        """Bytes of its value; None is a tombstone."""
        ...

    @property
    def headers(self) -> Iterable[tuple[str, bytes | None]]:
        """Names and bytes of its headers in order; a name may come twice, and a value may be None."""
        ...


class Message(NamedTuple):
    """A record whose envelope could be read.

    ``numbered`` is false on the compacted topic of contacts; ``memory_key`` is what the reader remembers one number for:
    source and key.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    headers: dict[str, str]
    value: bytes | None
    cause: Cause
    numbered: bool
    memory_key: tuple[str, bytes]

    @property
    def is_erasure(self) -> bool:
        """Whether it is the tombstone of a compacted topic: all that was told under its key is to be forgotten."""
        return self.value is None and not self.numbered


class BadMessage(NamedTuple):
    """A record whose envelope could not be read, and why."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    headers: dict[str, str]
    value: bytes | None
    error: str


def as_bad(message: Message, error: str) -> BadMessage:
    """Return a message as one that is not to be taken in, and why."""
    return BadMessage(*message[:7], error)


def is_numbered(topic: str) -> bool:
    """Whether the messages of a topic are numbered; those of the compacted one of contacts are not."""
    return topic != CONTACTS_TOPIC


@lru_cache(maxsize=64)
def is_told_by(source: str, topic: str) -> bool:
    """Whether a topic belongs to the service that a ``ce_source`` names: nobody tells what is another's."""
    return topic.startswith(f"ocop.{owner_of(source)}.")


def read_record(record: Record) -> Message | BadMessage:
    """Return a record as a message, or as a bad one; never raises."""
    headers, error = _read_headers(record.headers)
    if record.key is None:
        error = error or "the record has no key"
    key = record.key or b""
    if len(key) > MAX_NAME or b"\x00" in key:
        error = error or f"the record key has more than {MAX_NAME} bytes, or a zero among them"
    place = (record.topic, record.partition, record.offset, record.timestamp)
    numbered = is_numbered(record.topic)
    if not error:
        try:
            cause = read_cause(headers, key.decode(), numbered=numbered)
        except MissingHeaderError as missing:
            error = f"header {missing} is missing or malformed"
        except ValueError:
            error = "the record key is not UTF-8 text"
        else:
            if is_told_by(cause.source, record.topic):
                return Message(*place, key, headers, record.value, cause, numbered, (cause.source, key))
            error = f"{cause.source} is not the source of what is told on this topic"
    return BadMessage(*place, key, headers, record.value, error)


def _read_headers(raw_headers: Iterable[tuple[str, bytes | None]]) -> tuple[dict[str, str], str]:
    """Return headers as text, and what is wrong with the first one that cannot be read."""
    listed = list(raw_headers)
    if not listed:
        return {}, ""
    names, raws = zip(*listed, strict=True)
    try:
        joined, all_names = b"\x00".join(raws), "".join(names)
        texts = joined.decode().split("\x00")  # decoded in one go; jsonb holds no NUL in any of them
    except (TypeError, UnicodeDecodeError):
        return _rescue_headers(listed)
    headers = dict(zip(names, texts, strict=False))
    if not len(headers) == len(texts) == len(listed) or not all_names.isascii() or "\x00" in all_names:
        return _rescue_headers(listed)
    if len(joined) + len(all_names) > MAX_HEADER_BYTES:
        return headers, _too_large(headers)
    return headers, ""


def _rescue_headers(listed: Iterable[tuple[str, bytes | None]]) -> tuple[dict[str, str], str]:
    headers: dict[str, str] = {}
    error = ""
    for raw_name, raw in listed:
        name = raw_name.encode(errors="backslashreplace").decode().replace("\x00", "\\x00")
        if name != raw_name:
            error = error or f"the name of header {name[:MAX_NAME]} is not text"
        if raw is None:
            error = error or f"header {name} is null"
            continue
        try:
            headers[name] = raw.decode()
            if "\x00" in headers[name]:
                raise ValueError  # noqa: TRY301  # as above
        except ValueError:
            error = error or f"header {name} is not UTF-8 text"
            headers[name] = "base64:" + b64encode(raw).decode()
    return headers, error or _too_large(headers)


def _size_of(headers: Mapping[str, str]) -> int:
    return sum(len(name.encode()) + len(text.encode()) for name, text in headers.items())


def _too_large(headers: Mapping[str, str]) -> str:
    size = _size_of(headers)
    return f"the headers have {size} bytes" if size > MAX_HEADER_BYTES else ""


def from_feed(message: FeedMessage, topic: str) -> Message:
    """Return an event of a feed as a message; it has no place on the broker."""
    cause = read_cause(message.headers, message.key.decode(), numbered=True)
    memory_key = (cause.source, message.key)
    return Message(topic, -1, -1, 0, message.key, message.headers, message.value, cause, True, memory_key)  # numbered


def dead_letter(
    service: str, message: Message | BadMessage, error: str, reason: str, attempts: int, first_failure: str
) -> OutgoingMessage:
    """Return the record for the dead letters: bytes unchanged, in headers the name of the error and the reason.

    Only a pointer goes out of a contact, since that topic may be kept longer than consent, and of what is larger than
    we send: a dead letter that cannot be stored or sent would stop the partition.
    """
    size, header_size = len(message.value or b""), _size_of(message.headers)
    is_large = max(size / MAX_VALUE_BYTES, header_size / MAX_HEADER_BYTES, len(message.key) / MAX_HEADER_BYTES) > 1
    return OutgoingMessage(
        event_id=new_id(),
        topic=dead_letters_topic(service),
        key=message.key[:MAX_HEADER_BYTES],
        headers={
            **({} if header_size > MAX_HEADER_BYTES else message.headers),
            "x-dlq-topic": message.topic,
            "x-dlq-partition": str(message.partition),
            "x-dlq-offset": str(message.offset),
            "x-dlq-timestamp": str(message.timestamp),
            "x-dlq-error": error[:MAX_REASON],
            "x-dlq-reason": reason[:MAX_REASON],
            "x-dlq-attempts": str(attempts),
            "x-dlq-first-failure": first_failure,
            "x-dlq-value-bytes": str(size),
            "x-dlq-header-bytes": str(header_size),
        },
        value=None if is_large or message.topic == CONTACTS_TOPIC else message.value,
    )
