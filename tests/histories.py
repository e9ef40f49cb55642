"""Histories as a subscriber reads them: in the order of positions, pieces of all keys mixed."""

from pydantic_core import from_json

from common.delivery.envelope import KEY_SEQUENCE, SEQUENCE, read_numbered
from common.delivery.messages import Message


def from_history(told: bytes, topic: str) -> list[Message]:
    """Return the events of a piece of an owner's history as messages; they have no place on the broker.

    Raises:
        MissingHeaderError: the owner's log has an event without an envelope.
    """
    begin = told.index(b"\n") + 1
    found: list[Message] = []
    for position, number, size, key, headers in from_json(told[:begin]):
        headers[SEQUENCE], headers[KEY_SEQUENCE] = str(position), str(number)
        cause = read_numbered(headers, key, position, number)
        raw_key = key.encode()
        end = begin + size
        memory_key = (cause.source, raw_key)
        found.append(Message(topic, -1, -1, 0, raw_key, headers, told[begin:end], cause, True, memory_key))  # numbered
        begin = end
    return found
