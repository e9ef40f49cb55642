"""Totals are dealt out to the last đồng."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenario.acts.dealing import deal, deal_sales


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


BOOTHS = st.lists(st.tuples(st.integers(20, 119), st.booleans()), min_size=1, max_size=150).filter(
    lambda booths: any(has_star for _, has_star in booths)
)


@given(st.integers(0, 10**10), st.integers(0, 10**10), BOOTHS)
def test_sales_of_ocop_products_are_made_where_such_products_are_and_are_part_of_all_sales(
    one: int, other: int, booths: list[tuple[int, bool]]
):
    ocop, sales = sorted((one, other))
    weights, has_star = [weight for weight, _ in booths], [star for _, star in booths]

    dealt = deal_sales(sales, ocop, weights, has_star, 10_000)

    assert [sum(parts) for parts in zip(*dealt, strict=True)] == [sales, ocop]
    assert all(whole >= part >= 0 for whole, part in dealt)
    assert all(part == 0 for (_, part), star in zip(dealt, has_star, strict=True) if not star)


def test_a_booth_without_ocop_products_sells_about_as_much_as_the_others():
    dealt = deal_sales(1_900_000_000, 1_650_000_000, [70] * 150, [True] * 144 + [False] * 6, 10_000)

    with_star, without = dealt[0][0], dealt[-1][0]
    assert 0.6 * with_star < without < 1.4 * with_star


def test_ocop_sales_without_a_booth_that_has_such_products_are_refused():
    with pytest.raises(ValueError, match="no booth"):
        deal_sales(100, 1, [1, 2], [False, False], 1)
    assert deal_sales(100, 0, [1, 1], [False, False], 1) == [(50, 0), (50, 0)]


def test_ocop_sales_above_all_sales_are_refused():
    with pytest.raises(ValueError, match="exceed"):
        deal_sales(100, 101, [1, 2], [True, False], 1)
