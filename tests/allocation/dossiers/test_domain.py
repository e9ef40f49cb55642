"""Shares never show a group of fewer than five, nor let it be found by taking the others off."""

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.dossiers.domain import SMALLEST, Member, share_table


def members(**numbers: int) -> list[Member]:
    return [Member({"region": code}, 1, at % 2) for code, number in numbers.items() for at in range(number)]


def told(**numbers: int) -> dict[str, int]:
    return {row["code"]: row["applications"] for row in share_table(members(**numbers), "region")}


def test_large_groups_are_told_each_for_itself():
    assert told(north=7, south=5) == {"north": 7, "south": 5}


def test_small_groups_are_told_together():
    assert told(north=9, south=3, delta=4) == {"north": 9, "small_groups": 7}


def test_one_small_group_takes_the_next_smallest_with_it():
    assert told(north=9, south=2, delta=6) == {"north": 9, "small_groups": 8}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12), min_size=1))
def test_no_row_is_of_fewer_than_five_unless_all_are_and_the_sums_stay(numbers: dict[str, int]):
    rows = share_table(members(**numbers), "region")
    assert sum(row["applications"] for row in rows) == sum(numbers.values())
    assert sum(row["booths_held"] for row in rows) == sum(each.held for each in members(**numbers))
    assert all(row["applications"] >= SMALLEST for row in rows) or len(rows) == 1


PLACES = st.dictionaries(
    st.sampled_from(["n1", "n2", "n3", "s1", "s2", "d1", "d2", "e1"]), st.integers(1, 12), min_size=1
)


@settings(max_examples=300)
@given(PLACES)
def test_no_few_can_be_found_by_taking_provinces_off_their_region(numbers: dict[str, int]):
    """Regions are told beside it: "n" of n1, n2, n3 and so on; those told together are one row."""
    everybody = [
        Member({"region": code[0], "province": code}, 1, 0) for code, number in numbers.items() for _ in range(number)
    ]
    regions = {row["code"]: row["applications"] for row in share_table(everybody, "region")}
    provinces = {row["code"]: row["applications"] for row in share_table(everybody, "province", "region")}
    assert sum(provinces.values()) == sum(numbers.values())
    for region, number in regions.items():
        listed = [code for code in provinces if code != "small_groups"]
        mine = [code for code in listed if (code[0] if code[0] in regions else "small_groups") == region]
        left = number - sum(provinces[code] for code in mine)
        assert left == 0 or left >= SMALLEST or len(everybody) < SMALLEST
