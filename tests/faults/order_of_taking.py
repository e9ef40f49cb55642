"""What a reader of several topics must have taken in before what, by the looks at its memory. Reads evidence alone.

Topics are read side by side, and clocks jump, so that neither numbers nor times of two owners say which came first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.evidence import Evidence, Row

WHOLE_KEY = ""


@dataclass(frozen=True)
class Taking:
    """In which order one reader took events in, as far as the looks say: each is one moment of its whole memory."""

    looks: Sequence[Row]
    set_aside: frozenset[tuple[str, str, str]]
    parked: frozenset[str]

    @classmethod
    def of(cls, evidence: Evidence, reader: str) -> "Taking":
        """Read it from the looks; what was set aside had its effect later than the memory says."""
        looks = [look["memory"] for look in evidence.looks if look["service"] == reader]
        aside = (*evidence.of(reader, "parked_audit"), *evidence.of(reader, "parked_messages"))
        return cls(
            looks,
            frozenset((row["source"], row["key"], str(row["subject"])) for row in aside),
            frozenset(str(row["subject"]) for row in aside),
        )

    def is_surely_before(self, one: Row, other: Row) -> bool:
        """Whether one event had its effect before another: a look finds the one taken in and the other not yet."""
        if any(self._is_aside(event) for event in (one, other)):
            return False
        return any(_has(memory, one) and not _has(memory, other) for memory in self.looks)

    def _is_aside(self, event: Row) -> bool:
        """Whether an event's subject, or its whole key, was parked at some time: then it may have had its effect later."""
        return any(
            (event["source"], event["key"], subject) in self.set_aside for subject in (event["subject"], WHOLE_KEY)
        )

    def last_before(self, events: Sequence[Row], other: Row) -> list[Row | None]:
        """Return which of some events of one key, in their order, may have been the last taken in before another; None: none."""
        may: list[Row | None] = [None]
        for event in events:
            if self.is_surely_before(other, event):
                break
            may = [event] if self.is_surely_before(event, other) else [*may, event]
        return may


def _has(memory: Row, event: Row) -> bool:
    return bool(memory.get(f"{event['source']} {event['key']}", 0) >= event["key_sequence"])
