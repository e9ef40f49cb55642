"""A service's table of reactions, and how one message runs through it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from common.contracts.base import Event
from common.delivery.messages import Message
from common.delivery.unit_of_work import UnitOfWork
from common.logs import handling

Handler = Callable[[UnitOfWork, Any], Awaitable[None]]
HandlerForParked = Callable[[UnitOfWork, Any, str], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """One line of a service's table: this event has that effect."""

    kind: type[Event]
    handler: Handler
    needs_all: bool
    on_erasure: Handler | None
    for_parked: HandlerForParked | None


def on(
    kind: type[Event],
    handler: Handler,
    *,
    needs_all: bool = False,
    on_erasure: Handler | None = None,
    for_parked: HandlerForParked | None = None,
) -> Subscription:
    """Return a line of the table of consumers.

    Args:
        kind: the event.
        handler: ``async def handler(uow, event) -> None``; its effects commit with the memory of the event.
        needs_all: the reaction needs everything before it: it waits while anything of its key is parked.
        on_erasure: ``async def handler(uow, key: str)``, called for a tombstone of a compacted topic.
        for_parked: ``async def handler(uow, event, subject: str)``, for an event about all subjects of its key: called once
            more for each of them that was parked when ``handler`` ran, in its turn among that subject's messages. What other
            sources told meanwhile is known by then.
    """
    return Subscription(kind, handler, needs_all, on_erasure, for_parked)


def topics_of(subscriptions: Sequence[Subscription]) -> list[str]:
    """Return the topics of a table's events, each once, in order of their names."""
    return sorted({line.kind.topic() for line in subscriptions})


def by_type(subscriptions: Sequence[Subscription]) -> dict[str, list[Subscription]]:
    """Return the lines of a table by the type of their event, in the order of the table."""
    found: dict[str, list[Subscription]] = {}
    for line in subscriptions:
        found.setdefault(line.kind.event_type(), []).append(line)
    return found


class UnreadableEventError(ValueError):
    """The value is not what the contract of its type says."""


class NoReactionError(LookupError):
    """Nothing reacts to a message that was set aside; the argument is its type."""

    def __str__(self) -> str:
        return f"nothing reacts to {self.args[0]} in this version: run it with one that does, or drop it with a reason"


async def run_reactions(
    uow: UnitOfWork, message: Message, reactions: Sequence[Subscription], parked_subject: str | None = None
) -> None:
    """Run the handlers of one message, in the order of the table; for one subject alone where it was parked.

    Raises:
        UnreadableEventError: the value does not fit the contract.
    """
    cause = message.cause
    caused = uow.caused_by(cause)
    token = handling.set(cause.log_fields)
    try:
        if message.is_erasure:
            for line in reactions:
                if line.on_erasure is not None:
                    await line.on_erasure(caused, cause.key)
            return
        event = read_event(reactions[0].kind, message.value or b"")
        for line in reactions:
            if parked_subject is None:
                await line.handler(caused, event)
            elif line.for_parked is not None:
                await line.for_parked(caused, event, parked_subject)
    finally:
        handling.reset(token)


def read_event(kind: type[Event], value: bytes) -> Event:
    """Return the value of a message as its contract says.

    Raises:
        UnreadableEventError: it does not fit; the text names the fields and holds none of their values.
    """
    try:
        return kind.__pydantic_validator__.validate_json(value)  # as model_validate_json, without its detour
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors()[:5])
        raise UnreadableEventError(f"{kind.event_type()}: {places or 'not JSON'}") from None
