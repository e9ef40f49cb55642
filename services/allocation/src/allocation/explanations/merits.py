"""Points that an applicant could have had by itself: the merits of the order of priority that are open to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

OPEN = ("early", "new_product", "clean_record")
"""What a producer has in its hands, the least first; not where it comes from, its stars, or that it was here before."""


@dataclass(frozen=True)
class Rule:
    """What a merit gives: so many points, or with ``is_most`` up to so many, one after the other."""

    code: str
    points: int
    is_most: bool


def find_enough(order: Mapping[str, Rule], own: Mapping[str, int], missing: int) -> list[dict[str, int]]:
    """Return the fewest merits that together give the points missing, each set that does; empty where none does.

    Args:
        order: the order of priority in force, by the names of merits.
        own: the points that the applicant has, by merit.
        missing: how many points more it needs.
    """
    room = {code: _room(order[code], own.get(code, 0)) for code in OPEN if code in order}
    codes = [code for code, points in room.items() if points > 0]
    for size in range(1, len(codes) + 1):
        sets = [each for each in combinations(codes, size) if sum(room[code] for code in each) >= missing]
        if sets:
            return [_only_needed(order, {code: room[code] for code in each}, missing) for each in sets]
    return []


def _room(rule: Rule, has: int) -> int:
    """Return the points that a merit can still give; one that gives all or nothing gives nothing more once it is there."""
    if rule.is_most:
        return rule.points - has
    return 0 if has else rule.points


def _only_needed(order: Mapping[str, Rule], gains: dict[str, int], missing: int) -> dict[str, int]:
    """Take off what is too much of a merit that may give less."""
    spare = sum(gains.values()) - missing
    return {code: points - spare if order[code].is_most else points for code, points in gains.items()}
