"""Totals are dealt out to the last đồng."""

from hypothesis import given
from hypothesis import strategies as st

from scenario.dealing import deal


@given(
    total=st.integers(0, 10**12),
    weights=st.lists(st.integers(1, 200), min_size=1, max_size=150),
    unit=st.sampled_from([1, 10_000]),
)
def test_the_parts_sum_to_the_total_and_are_whole_units_but_the_first(total: int, weights: list[int], unit: int):
    parts = deal(total, weights, unit)

    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(part >= 0 for part in parts)
    assert all(part % unit == 0 for part in parts[1:])


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.lists(st.integers(20, 119), min_size=1, max_size=150))
def test_a_part_of_the_total_is_nowhere_more_than_the_whole(one: int, other: int, weights: list[int]):
    small, large = sorted((one, other))

    gap = [a - b for a, b in zip(deal(large, weights, 10_000), deal(small, weights, 10_000), strict=True)]

    assert all(difference >= -10_000 for difference in gap)
