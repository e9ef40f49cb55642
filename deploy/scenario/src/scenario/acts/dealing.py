"""Deals totals out by weights so that the parts sum to them exactly."""

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


def deal_sales(
    sales: int, ocop: int, weights: Sequence[int], has_ocop: Sequence[bool], unit: int
) -> list[tuple[int, int]]:
    """Return all sales and those of OCOP products per booth, the latter only where such products are sold.

    What is not OCOP is dealt out so that booths without OCOP products sell about as much as the others.

    Raises:
        ValueError: there are OCOP sales, but no booth for them; or they exceed all sales.
    """
    if ocop > sales:
        raise ValueError("the sales of OCOP products exceed all sales")
    sellers = [place for place, sells in enumerate(has_ocop) if sells]
    if ocop and not sellers:
        raise ValueError("no booth sells OCOP products")
    parts = [0] * len(weights)
    if sellers:
        for place, part in zip(sellers, deal(ocop, [weights[place] for place in sellers], unit), strict=True):
            parts[place] = part
    other = sales - ocop
    shares = [
        weight * (other if sells else sales) if other else weight
        for weight, sells in zip(weights, has_ocop, strict=True)
    ]
    return [(part + rest, part) for part, rest in zip(parts, deal(other, shares, unit), strict=True)]
