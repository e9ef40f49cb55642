"""Folds the street of a plan into stretches that fit a page or a screen, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt

from allocation.floor_plans.domain import PlannedBooth

SCALE = 13.0
"""Pixels of a metre."""
STRETCH = 75.0
"""Most metres of the street on one line."""
GAP = 1.1
"""Sides of a booth from one column to the next beyond which there is a gap between them."""
WIDEST_WAY = 2.2
"""Most steps from row to row, in booths: a wide street is drawn narrower than it is."""


@dataclass(frozen=True)
class Box:
    """A booth as drawn, in pixels from the left and top of its stretch."""

    booth: PlannedBooth
    x: float
    y: float
    side: float


@dataclass(frozen=True)
class Stretch:
    """A part of the street on a line of its own, in pixels."""

    boxes: Sequence[Box]
    width: float
    height: float


def fold(booths: Sequence[PlannedBooth]) -> list[Stretch]:
    """Cut the street into stretches of about one length; a way wider than two booths is drawn narrower."""
    columns = sorted({booth.x for booth in booths})
    rows = sorted({booth.y for booth in booths})
    in_rows = [sorted(booth.x for booth in booths if booth.y == row) for row in rows]
    beside = [step for row in in_rows for step in _steps(row)]
    side = min([*(sqrt(booth.area_m2) for booth in booths), *beside, *_steps(rows)])
    tops = [0.0]
    for step in _steps(rows):
        tops.append(tops[-1] + min(step, WIDEST_WAY * side))
    length = columns[-1] - columns[0] + side
    stretches: list[Stretch] = []
    for start, end in pairwise(_cuts(columns, side, length)):
        mine = [booth for booth in booths if start <= booth.x < end]
        if mine:
            left = min(booth.x for booth in mine)
            boxes = [
                Box(booth, (booth.x - left) * SCALE, tops[rows.index(booth.y)] * SCALE, side * SCALE) for booth in mine
            ]
            right = max(box.x for box in boxes) + side * SCALE
            stretches.append(Stretch(boxes, right, (tops[-1] + side) * SCALE))
    return stretches


def _cuts(columns: Sequence[float], side: float, length: float) -> list[float]:
    """Return where stretches begin and the last one ends: in the gap next to where they would be of one length."""
    count = max(1, ceil(length / STRETCH))
    gaps = [after for before, after in pairwise(columns) if after - before > side * GAP]
    even = [columns[0] + length * part / count for part in range(1, count)]
    cuts = [min(gaps, key=lambda gap: (abs(gap - place), gap)) if gaps else place for place in even]
    return [columns[0], *sorted(set(cuts)), columns[0] + length]


def _steps(places: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(places)]
