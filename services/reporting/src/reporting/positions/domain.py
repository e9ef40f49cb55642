"""How far the figures count."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """The last event of a source and key that counts, by its place in the owner's log and within the key."""

    source: str
    key: str
    sequence: int
    key_sequence: int
