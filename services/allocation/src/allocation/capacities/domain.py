"""What another number of booths does: who loses a place, who moves, who gets one."""

from collections.abc import Mapping
from dataclasses import dataclass

from allocation.places.domain import Place


@dataclass(frozen=True)
class Capacity:
    """How many booths there would be, in all and in the zones that are named."""

    booth_target: int
    zones: Mapping[str, int]


@dataclass(frozen=True)
class Consequences:
    """Who is told what, each once, by standing: ``lost`` go to the front of the line, ``moved`` keep a place elsewhere.

    ``held`` are the booths that are held before it, ``starts_run`` whether a run that is not released is started anew.
    """

    lost: tuple[Place, ...]
    moved: tuple[tuple[Place, tuple[str, ...]], ...]
    joined: tuple[tuple[Place, tuple[str, ...]], ...]
    held: int
    starts_run: bool

    @property
    def told(self) -> int:
        return len(self.lost) + len(self.moved) + len(self.joined)

    @property
    def held_then(self) -> int:
        gone = sum(len(place.booth_codes) for place in self.lost)
        return self.held - gone + sum(len(codes) for _, codes in self.joined)
