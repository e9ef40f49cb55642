"""Quotas beside each other and beside the booths."""

from hypothesis import given
from hypothesis import strategies as st

from registration.quotas.domain import Codes, Quota, check_quotas

CODES = Codes(
    {"01": "red_river_delta", "26": "red_river_delta", "02": "northern_mountains"},
    ("red_river_delta", "northern_mountains"),
    ("food", "craft"),
    ("company", "household"),
)


def a_floor(dimension: str, code: str, floor: int | None, ceiling: int | None = None) -> Quota:
    return Quota(dimension, code, floor, ceiling)


def clashes(quotas: list[Quota], booths: int) -> set[str]:
    return {one.field for one in check_quotas(quotas, booths, CODES) if one.code == "quotas_clash"}


def test_floors_of_separate_groups_that_exceed_the_booths_name_each_quota_that_clashes() -> None:
    quotas = [
        a_floor("region", "red_river_delta", 80),
        a_floor("country", "foreign", 30),
        a_floor("province", "02", 41),
    ]
    assert clashes(quotas, 150) == {"quotas[0].floor", "quotas[1].floor", "quotas[2].floor"}
    assert clashes(quotas, 151) == set()
    text = next(iter(check_quotas(quotas, 150, CODES)))
    assert "region:red_river_delta" in text.vi
    assert "151" in text.en


def test_a_quota_that_bounds_nothing_is_named() -> None:
    found = [(one.field, one.code) for one in check_quotas([a_floor("country", "foreign", None)], 150, CODES)]
    assert found == [("quotas[0].floor", "no_bound")]
    assert list(check_quotas([a_floor("country", "foreign", 0)], 150, CODES)) == []


def test_a_province_counts_inside_its_region_once() -> None:
    assert clashes([a_floor("region", "red_river_delta", 90), a_floor("province", "01", 60)], 100) == set()


def test_floors_of_provinces_above_their_regions_ceiling_clash() -> None:
    quotas = [
        a_floor("region", "red_river_delta", None, 20),
        a_floor("province", "01", 15),
        a_floor("province", "26", 6),
    ]
    assert clashes(quotas, 150) == {"quotas[0].floor", "quotas[1].floor", "quotas[2].floor"}


def test_unknown_codes_doubles_and_floors_above_ceilings_are_named() -> None:
    quotas = [
        a_floor("province", "99", 1),
        a_floor("province", "01", 5, 4),
        a_floor("province", "01", 1),
        a_floor("planet", "mars", 1),
        a_floor("country", "lao", 1),
    ]
    found = {problem.field: problem.code for problem in check_quotas(quotas, 150, CODES)}
    assert found == {
        "quotas[0].code": "unknown_code",
        "quotas[1].floor": "floor_above_ceiling",
        "quotas[2].code": "quota_twice",
        "quotas[3].dimension": "unknown_value",
        "quotas[4].code": "unknown_code",
    }


@given(st.lists(st.integers(0, 100), min_size=2, max_size=2), st.integers(1, 150))
def test_floors_of_one_dimension_clash_exactly_when_they_exceed_the_booths(floors: list[int], booths: int) -> None:
    quotas = [a_floor("vendor_type", code, floor) for code, floor in zip(("company", "household"), floors, strict=True)]
    assert bool(clashes(quotas, booths)) == (sum(floors) > booths)
