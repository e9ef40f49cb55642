"""The counts behind the indicators."""

from datetime import date
from uuid import uuid4

import pytest

from reporting.figures.domain import (
    Coverage,
    Exhibitor,
    Good,
    Manned,
    change_per_day_in_tenths,
    count_booths,
    count_products,
    count_provinces,
    count_vendors,
    indicator_id,
    measure_coverage,
    part_of,
    share_in_tenths,
)

DAY, LAST = date(2020, 10, 9), date(2020, 10, 12)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (180, 95, 1895),
        (150, 150, 1000),
        (142, 150, 947),
        (1, 8, 125),
        (1, 3, 333),
        (2, 3, 667),
        (0, 5, 0),
        (1, 0, None),
    ],
)
def test_shares_are_in_tenths_of_a_percent(part: int, whole: int, share: int | None):
    assert share_in_tenths(part, whole) == share


def test_a_booth_counts_once_for_its_first_holder():
    manned = [
        Manned("A01", DAY, "A", "01", reported=True),
        Manned("A01", LAST, "A", "27", reported=False),
        Manned("B01", LAST, "B", None, reported=False),
    ]
    assert count_booths(manned) == {
        "booths_actual": 2,
        "booths_actual__hanoi": 1,
        "booths_actual__other": 1,
        "booths_actual__a": 1,
        "booths_actual__b": 1,
    }
    assert measure_coverage(manned) == Coverage(reported=1, manned=2)


def exhibitor(province: str | None, *goods: Good, kind: str = "company") -> Exhibitor:
    return Exhibitor(uuid4(), kind, province, goods)


def test_provinces_are_parted_into_hanoi_the_other_theme_provinces_and_the_rest():
    exhibitors = [exhibitor(code) for code in ("01", "27", "27", "02", None)]
    theme = frozenset({"01", "27", "30"})
    assert count_provinces(exhibitors, theme) == {
        "provinces": 3,
        "provinces__hanoi": 1,
        "provinces__theme": 1,
        "provinces__other": 1,
    }


def test_vendors_count_once_each_by_type_and_those_from_abroad_apart():
    one, abroad = exhibitor("01", kind="household"), exhibitor(None)
    assert count_vendors([one, one, exhibitor("02")]) == {"vendors": 2, "vendors__company": 1, "vendors__household": 1}
    assert count_vendors([one, abroad, abroad])["vendors__foreign"] == 1


@pytest.mark.parametrize(
    ("stars", "valid_to", "counts"),
    [
        (4, LAST, (1, 0)),
        (3, date(2020, 10, 11), (0, 1)),
        (0, None, (0, 1)),
        (2, LAST, (0, 1)),
        (5, None, (0, 1)),
    ],
)
def test_an_ocop_product_has_a_star_valid_on_the_last_official_day(
    stars: int, valid_to: date | None, counts: tuple[int, int]
):
    found = count_products([exhibitor("01", Good(uuid4(), stars, valid_to))], LAST)
    assert (found["ocop_products"], found["other_products"]) == counts
    assert found["ocop_products"] == sum(found[f"ocop_products_{star}_star"] for star in (3, 4, 5))


def test_the_same_product_of_two_applications_is_one():
    good = Good(uuid4(), 4, LAST)
    assert count_products([exhibitor("01", good), exhibitor("01", good)], LAST)["ocop_products"] == 1


def test_change_is_measured_by_the_day():
    # Quảng Ninh 2017: more visits a day, whatever the number of days
    assert change_per_day_in_tenths(now=60, days=4, before=50, days_before=5) == 500
    assert change_per_day_in_tenths(now=60, days=4, before=0, days_before=5) is None


@pytest.mark.parametrize(
    ("name", "indicator", "part"),
    [
        ("visits", "visits", ""),
        ("ocop_products_3_star", "ocop_products", "3_star"),
        ("booths_actual__hanoi", "booths_actual", "hanoi"),
        ("sales_vnd__a", "sales_vnd", "a"),
    ],
)
def test_a_figure_names_its_indicator_and_part(name: str, indicator: str, part: str):
    assert (indicator_id(name), part_of(name)) == (indicator, part)
