"""Who comes next, and why not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.waiting_lists.domain import Booth, Bounds, Candidate, Street, choose_losers, choose_next, explain_wait


def candidate(name: str, **changes: Any) -> Candidate:
    province = changes.pop("province", "26")
    values: dict[str, Any] = {
        "application_id": name,
        "booths": 1,
        "points": 500,
        "product_group": "food",
        "groups": (f"province:{province}",) if province else ("country:LA", "country:foreign"),
        "zone_codes": None,
        "corner": False,
        "power": False,
        "not_beside_group": None,
        **changes,
    }
    return Candidate(**values)


def street(count: int = 4, **changes: Any) -> Street:
    codes = [f"A{number}" for number in range(1, count + 1)]
    booths = {
        code: Booth(
            code,
            "A",
            at in (0, count - 1),
            power=True,
            neighbours=(*codes[max(0, at - 1) : at], *codes[at + 1 : at + 2]),
        )
        for at, code in enumerate(codes)
    }
    values: dict[str, Any] = {
        "booths": booths,
        "target": count,
        "zone_capacities": {},
        "bounds": (),
        "regions": {"26": "red_river_delta", "01": "red_river_delta"},
        "keeps_for_floors": False,
        "compares_points": True,
        **changes,
    }
    return Street(**values)


def chosen(where: Street, *line: Candidate) -> dict[str, tuple[str, ...]]:
    return {each.application_id: codes for each, codes in choose_next(where, line)}


def test_the_line_is_served_in_its_order_and_corners_are_kept_for_who_asks():
    assert chosen(street(3), candidate("an"), candidate("binh", corner=True), candidate("chi"), candidate("dung")) == {
        "an": ("A2",),
        "binh": ("A1",),
        "chi": ("A3",),
    }


def test_two_booths_are_neighbours_and_who_needs_one_passes_who_needs_two():
    where = street(3, compares_points=False)
    where.give(candidate("an"), ("A2",))
    assert chosen(where, candidate("binh", booths=2), candidate("chi")) == {"chi": ("A1",)}
    assert explain_wait(where, candidate("binh", booths=2)).code == "no_booth_free"


def test_a_floor_that_is_not_reached_goes_before_the_order():
    where = street(1, bounds=(Bounds("country:foreign", 1, None),))
    assert list(chosen(where, candidate("an"), candidate("binh", province=None))) == ["binh"]


def test_a_ceiling_is_never_passed():
    where = street(4, bounds=(Bounds("province:26", None, 1),))
    assert list(chosen(where, candidate("an"), candidate("binh"), candidate("chi", province="01"))) == ["an", "chi"]


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        ([("region:red_river_delta", 2), ("province:26", 1), ("province:01", 1)], 2),
        ([("region:red_river_delta", 1), ("province:26", 1), ("province:01", 1)], 2),
        ([("region:red_river_delta", 2), ("country:foreign", 1)], 3),
        ([("country:LA", 1), ("country:JP", 1), ("country:foreign", 1)], 2),
        ([("region:red_river_delta", 2), ("product_group:craft", 3)], 3),
    ],
)
def test_floors_that_may_share_booths_are_kept_once_and_others_add_up(bounds: list[tuple[str, int]], kept: int):
    where = street(4, keeps_for_floors=True, bounds=[Bounds(group, floor, None) for group, floor in bounds])
    line = [candidate(name, province="48") for name in ("an", "binh", "chi", "dung")]
    assert len(chosen(where, *line)) == 4 - kept


def test_why_somebody_waits_is_the_first_criterion_on_which_holders_were_ahead():
    where = street(1)
    where.give(candidate("an", points=500), ("A1",))
    fewer = explain_wait(where, candidate("binh", points=300))
    assert (fewer.code, fewer.facts["points_missing"]) == ("fewer_points", 200)
    assert explain_wait(where, candidate("chi", points=500)).code == "drawn_later"


def test_losers_are_the_last_in_standing_of_a_full_zone_then_of_the_street():
    where = street(4, target=2)
    ranked = [candidate(name) for name in ("an", "binh", "chi", "dung")]
    for each, code in zip(ranked, ("A1", "A2", "A3", "A4"), strict=True):
        where.give(each, (code,))
    assert [each.application_id for each in choose_losers(where, ranked)] == ["dung", "chi"]


@given(
    sizes=st.lists(st.sampled_from((1, 2)), max_size=8),
    target=st.integers(0, 6),
    ceiling=st.integers(0, 6),
    capacity=st.integers(0, 6),
)
def test_whoever_is_chosen_no_rule_is_broken(sizes: list[int], target: int, ceiling: int, capacity: int):
    where = street(6, target=target, zone_capacities={"A": capacity}, bounds=(Bounds("province:26", None, ceiling),))
    line = [candidate(str(number), booths=size) for number, size in enumerate(sizes)]
    given_booths = chosen(where, *line)
    taken = [code for codes in given_booths.values() for code in codes]
    assert len(taken) == len(set(taken)) <= min(target, ceiling, capacity)
    for number, size in enumerate(sizes):
        codes = given_booths.get(str(number), ())
        assert len(codes) in (0, size)
        assert len(codes) < 2 or codes[1] in where.booths[codes[0]].neighbours
