"""A booth on the street."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Booth:
    """A booth; ``x`` and ``y`` in metres from the plan's corner, ``neighbours`` the booths beside it."""

    booth_code: str
    zone_code: str
    area_m2: float
    corner: bool
    power_sockets: int
    x: float
    y: float
    neighbours: tuple[str, ...]
