"""Which of several figures of a day counts, and how they add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.day_figures.domain import (
    Entry,
    Figure,
    Measure,
    PlaceKind,
    Qualifier,
    add_up,
    day_parts,
    pick,
)

DAY = date(2020, 10, 9)
Q = Qualifier
BOOTH, ZONE, GATE = PlaceKind.BOOTH, PlaceKind.ZONE, PlaceKind.GATE
VISITS, SALES = Measure.VISITS, Measure.SALES_VND


@pytest.mark.parametrize(
    ("parts", "sum_"),
    [
        ([], None),
        ([Figure(3), Figure(4)], Figure(7)),
        ([Figure(3), Figure(4, Q.MORE_THAN)], Figure(7, Q.MORE_THAN)),
        ([Figure(3, Q.NEARLY), Figure(4)], Figure(7, Q.NEARLY)),
        ([Figure(3, Q.NEARLY), Figure(4, Q.MORE_THAN)], Figure(7, Q.ABOUT)),
        ([Figure(3, Q.ABOUT), Figure(4, Q.MORE_THAN)], Figure(7, Q.ABOUT)),
        ([Figure(3, Q.ESTIMATED), Figure(4, Q.NEARLY)], Figure(7, Q.ESTIMATED)),
        ([Figure(3, Q.MORE_THAN, is_estimate=True), Figure(4)], Figure(7, Q.MORE_THAN, is_estimate=True)),
    ],
)
def test_a_sum_is_as_loose_as_its_loosest_part(parts: list[Figure], sum_: Figure | None):
    assert add_up(parts) == sum_


figures = st.builds(Figure, st.integers(0, 10**12), st.sampled_from(Qualifier), st.booleans())


@given(st.lists(figures, min_size=1), st.integers(0, 20))
def test_it_makes_no_difference_in_what_order_or_groups_figures_are_added(parts: list[Figure], cut: int):
    groups = [add_up(parts[:cut]), add_up(parts[cut:])]
    assert add_up([group for group in groups if group is not None]) == add_up(parts)
    assert add_up(reversed(parts)) == add_up(parts)


def entry(kind: PlaceKind, code: str, source: str = "inspector", **values: int) -> Entry:
    return Entry(DAY, kind, code, source, {Measure(name): Figure(value) for name, value in values.items()})


def test_the_organiser_counts_before_the_inspector_before_the_vendor_and_an_unknown_hides_nothing():
    told = [
        entry(BOOTH, "A01", "vendor", visits=1, sales_vnd=10, contracts=1),
        entry(BOOTH, "A01", "organiser", visits=3),
        entry(BOOTH, "A01", "inspector", visits=2, sales_vnd=20),
    ]
    place = (DAY, BOOTH, "A01")
    assert pick(told, VISITS) == {place: Figure(3)}
    assert pick(told, SALES) == {place: Figure(20)}
    assert pick(told, Measure.CONTRACTS) == {place: Figure(1)}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([entry(GATE, "G1", visits=5), entry(ZONE, "A", visits=7), entry(BOOTH, "A01", visits=9)], 5),
        ([entry(GATE, "G1", sales_vnd=5), entry(ZONE, "A", visits=7), entry(BOOTH, "A01", visits=9)], 7),
        ([entry(ZONE, "A", sales_vnd=7), entry(BOOTH, "A01", visits=9), entry(BOOTH, "B01", visits=1)], 10),
    ],
)
def test_visits_come_from_gates_else_zones_else_booths_and_never_from_two(told: list[Entry], expected: int):
    parts = day_parts(told, VISITS, {"A01": "A", "B01": "B"})
    assert sum(figure.value for figure in parts.values()) == expected


def test_a_zone_is_counted_for_sales_only_where_none_of_its_booths_reported_them():
    told = [
        entry(ZONE, "A", sales_vnd=100),
        entry(ZONE, "B", sales_vnd=200),
        entry(BOOTH, "A01", sales_vnd=10),
        entry(BOOTH, "B01", contracts=1),
    ]
    assert day_parts(told, SALES, {"A01": "A", "B01": "B"}) == {
        (DAY, BOOTH, "A01"): Figure(10),
        (DAY, ZONE, "B"): Figure(200),
    }
