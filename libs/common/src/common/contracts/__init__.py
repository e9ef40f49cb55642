"""The published language: every event that the four services tell each other and other agencies."""

from functools import cache

from common.contracts import allocation, notifications, registration, reporting
from common.contracts.base import Event

OWNERS = (registration, allocation, notifications, reporting)


@cache
def event_classes() -> dict[str, type[Event]]:
    """Return every event class by its ``ce_type``; parents shared by several, named …Event, are left out."""
    return {
        found.event_type(): found
        for owner in OWNERS
        for found in vars(owner).values()
        if isinstance(found, type)
        and issubclass(found, Event)
        and found.__module__ == owner.__name__
        and not found.__name__.endswith("Event")
    }
