"""The CloudEvents envelope (version 1.0, Kafka binary mode): made at emit, read by consumers and by the feed."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from common.contracts.base import Event

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
SEQUENCE = "ce_sequence"
KEY_SEQUENCE = "ce_keysequence"
BIGINT_DIGITS = 18  # so that it fits into the database, whatever the digits
MAX_NAME = 256  # of a key or subject: with the source they are the key of an index, which takes 2,704 bytes
SOURCE_FORM = re.compile(r"/ocop/([a-z][a-z0-9_-]{0,62})(?:/([2-9]|[1-9][0-9]{1,3}))?")
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class MissingHeaderError(ValueError):
    """A header that the envelope needs is missing or not readable; the argument names it."""


class Cause(NamedTuple):
    """The event that a handler reacts to, as its envelope says."""

    id: str
    source: str
    type: str
    subject: str
    key: str
    time: datetime
    sequence: int
    key_sequence: int
    correlation_id: str
    trace_parent: str | None = None

    @property
    def event_id(self) -> UUID:
        """``ce_id`` as a UUID."""
        return UUID(self.id)

    def log_fields(self) -> dict[str, str]:
        """Return what is put on every log line while the event is handled."""
        return {"event_id": self.id, "type": self.type, "key": self.key, "correlation_id": self.correlation_id}


def source_of(service: str, epoch: int = 1) -> str:
    """Return ``ce_source``: ``/ocop/<service>``, with the epoch behind it from the second on."""
    return f"/ocop/{service}" if epoch == 1 else f"/ocop/{service}/{epoch}"


@lru_cache(maxsize=64)
def owner_of(source: str) -> str:
    """Return the service that a ``ce_source`` names."""
    form = SOURCE_FORM.fullmatch(source)
    if form is None:
        raise MissingHeaderError("ce_source")
    return form[1]


@lru_cache(maxsize=64)
def epoch_of(source: str) -> int:
    """Return which epoch of its service a ``ce_source`` names, from 1; also of one that is none."""
    form = SOURCE_FORM.fullmatch(source)
    return int(form[2]) if form is not None and form[2] else 1


@lru_cache(maxsize=16)
def format_time(instant: datetime) -> str:
    """Return RFC 3339 in UTC with six digits, so that texts compare as the instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def make_headers(  # each part of the envelope is one argument
    kind: type[Event],
    *,
    event_id: UUID,
    source: str,
    subject: str,
    time: datetime,
    correlation_id: str,
    causation_id: str,
    trace_parent: str | None,
) -> dict[str, str]:
    """Return all headers of an event but its numbers, which the relay adds."""
    headers = {
        **_fixed_headers(kind),
        "ce_id": str(event_id),
        "ce_source": source,
        "ce_subject": subject,
        "ce_time": format_time(time),
        "ce_correlationid": correlation_id,
        "ce_causationid": causation_id,
    }
    if trace_parent:
        headers["traceparent"] = trace_parent
    return headers


@lru_cache(maxsize=256)
def _fixed_headers(kind: type[Event]) -> dict[str, str]:
    return {
        "content-type": CONTENT_TYPE,
        "ce_specversion": SPEC_VERSION,
        "ce_type": kind.event_type(),
        "ce_dataschema": kind.schema_path(),
    }


def read_cause(headers: Mapping[str, str], key: str, *, numbered: bool) -> Cause:
    """Return the envelope of a message.

    Raises:
        MissingHeaderError: a header that is needed is missing or malformed.
    """
    try:
        position = _read_number(SEQUENCE, headers) if numbered else 0
        number = _read_number(KEY_SEQUENCE, headers) if numbered else 0
    except KeyError as error:
        raise MissingHeaderError(error.args[0]) from error
    return read_numbered(headers, key, position, number)


def read_numbered(headers: Mapping[str, str], key: str, position: int, number: int) -> Cause:
    """Return the envelope of a message whose numbers are known.

    Raises:
        MissingHeaderError: a header that is needed is missing or malformed.
    """
    if headers.get("ce_specversion") != SPEC_VERSION:
        raise MissingHeaderError("ce_specversion")
    try:
        source, event_id = headers["ce_source"], headers["ce_id"]
        owner_of(source)
        return Cause(  # by place: names would cost as much as all that they are given
            _checked_id(event_id),
            source,
            headers["ce_type"],
            _checked_subject(headers["ce_subject"]),
            key,
            _read_time(headers["ce_time"]),
            position,
            number,
            headers.get("ce_correlationid", event_id),
            headers.get("traceparent"),
        )
    except KeyError as error:
        raise MissingHeaderError(error.args[0]) from error
    except MissingHeaderError:
        raise
    except ValueError as error:
        raise MissingHeaderError("ce_time") from error


@lru_cache(maxsize=256)
def _read_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise MissingHeaderError("ce_time")
    return time


def _checked_id(text: str) -> str:
    if not UUID_FORM.fullmatch(text):
        raise MissingHeaderError("ce_id")
    return text


def _checked_subject(text: str) -> str:
    if not 0 < len(text) <= MAX_NAME:  # the empty one would be the whole key (``parking.WHOLE_KEY``)
        raise MissingHeaderError("ce_subject")
    return text


def _read_number(name: str, headers: Mapping[str, str]) -> int:
    text = headers[name]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= BIGINT_DIGITS else 0
    if number < 1:
        raise MissingHeaderError(name)
    return number


def to_structured(headers: Mapping[str, str], value: bytes | None) -> dict[str, Any]:
    """Return an event as CloudEvents structured JSON; data that is not JSON goes as ``data_base64``."""
    event: dict[str, Any] = {name.removeprefix("ce_"): text for name, text in headers.items() if name.startswith("ce_")}
    event["datacontenttype"] = headers.get("content-type", CONTENT_TYPE)
    if "traceparent" in headers:
        event["traceparent"] = headers["traceparent"]
    if value is not None:
        try:
            event["data"] = json.loads(value)
        except ValueError:
            event["data_base64"] = b64encode(value).decode()
    return event


def from_structured(event: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Return headers and value of an event read from a feed."""
    headers = {
        f"ce_{name}": str(text)
        for name, text in event.items()
        if name not in {"data", "data_base64", "datacontenttype", "traceparent"}
    }
    headers["content-type"] = str(event.get("datacontenttype", CONTENT_TYPE))
    if "traceparent" in event:
        headers["traceparent"] = str(event["traceparent"])
    return headers, json.dumps(event.get("data"), ensure_ascii=False, separators=(",", ":")).encode()
