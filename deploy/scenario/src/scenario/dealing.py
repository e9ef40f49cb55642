"""Deals a total out by weights so that the parts sum to it exactly."""

from collections.abc import Sequence


def deal(total: int, weights: Sequence[int], unit: int) -> list[int]:
    """Return one part per weight, in whole units; what is less than a unit goes to the first part."""
    units, rest = divmod(total, unit)
    whole = sum(weights)
    parts = [units * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda place: (-(units * weights[place] % whole), place))
    for place in remainders[: units - sum(parts)]:
        parts[place] += 1
    dealt = [part * unit for part in parts]
    dealt[0] += rest
    return dealt
