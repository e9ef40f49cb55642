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


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12), min_size=1))
def test_no_row_is_of_fewer_than_five_unless_all_are_and_the_sums_stay(numbers: dict[str, int]):
    rows = share_table(members(**numbers), "region")
    assert sum(row["applications"] for row in rows) == sum(numbers.values())
    assert sum(row["booths_held"] for row in rows) == sum(each.held for each in members(**numbers))
    assert all(row["applications"] >= SMALLEST for row in rows) or len(rows) == 1
