"""Who comes next, and why not."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.grounds.domain import Applicant, Booth, Bounds, Requirement, Reservation, Rules, RunInput, Wishes
from allocation.streets.domain import Street
from allocation.waiting_lists.domain import WhyNot, choose_losers, choose_next, why_not


def candidate(name: str, **changes: Any) -> Applicant:
    province = changes.pop("province", "26")
    wishes = Wishes(
        changes.pop("zone_codes", None),
        changes.pop("corner", False),
        changes.pop("power", False),
        not_beside_group=None,
    )
    values: dict[str, Any] = {
        "application_id": name,
        "key": name,
        "booths": 1,
        "points": 500,
        "product_group": "food",
        "groups": (f"province:{province}",) if province else ("country:LA", "country:foreign"),
        "wishes": wishes,
        **changes,
    }
    return Applicant(**values)


def street(count: int = 4, line: Sequence[Applicant] = (), **changes: Any) -> Street:
    """Return booths in a row, the first half in zone A, all with power, or in zone A alone where ``zones`` is 1."""
    zones = changes.pop("zones", 1)
    codes = [f"A{number}" for number in range(1, count + 1)]
    booths = tuple(
        Booth(
            code,
            "AB"[at * zones // count],
            at in (0, count - 1),
            power=True,
            neighbours=(*codes[max(0, at - 1) : at], *codes[at + 1 : at + 2]),
        )
        for at, code in enumerate(codes)
    )
    given = RunInput(
        target=changes.pop("target", count),
        zone_capacities=changes.pop("zone_capacities", {}),
        bounds=tuple(changes.pop("bounds", ())),
        booths=booths,
        applicants=tuple(line),
        rules=changes.pop("rules", Rules()),
    )
    values: dict[str, Any] = {
        "given": given,
        "regions": {"26": "red_river_delta", "01": "red_river_delta"},
        "keeps_for_floors": False,
        "compares_points": True,
        "line": line,
        **changes,
    }
    return Street(**values)


def kept_out(where: Street, who: Applicant) -> WhyNot:
    """Return why somebody gets nothing; that nothing keeps it from a place fails the test."""
    found = why_not(where, who)
    assert found is not None
    return found


def chosen(where: Street, *line: Applicant) -> dict[str, tuple[str, ...]]:
    return {each.application_id: codes for each, codes in choose_next(where, line)}


def test_the_line_is_served_in_its_order_and_corners_are_kept_for_who_asks():
    assert chosen(street(3), candidate("an"), candidate("binh", corner=True), candidate("chi"), candidate("dung")) == {
        "an": ("A2",),
        "binh": ("A1",),
        "chi": ("A3",),
    }


def test_a_former_booth_is_left_to_who_comes_back_and_kept_for_nobody_who_does_not():
    an, binh = candidate("an"), candidate("binh")
    assert chosen(street(3), an, binh) == {"an": ("A2",), "binh": ("A1",)}
    assert dict(back(street(3), an, binh, binh=("A2",))) == {"an": ("A1",), "binh": ("A2",)}
    assert dict(back(street(1), an, binh, binh=("A1",))) == {"an": ("A1",)}


def back(where: Street, *line: Applicant, **former: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.application_id, codes) for each, codes in choose_next(where, line, former)]


def test_two_booths_are_neighbours_and_who_needs_one_passes_who_needs_two():
    where = street(3, compares_points=False)
    where.give(candidate("an"), ("A2",))
    assert chosen(where, candidate("binh", booths=2), candidate("chi")) == {"chi": ("A1",)}
    assert kept_out(where, candidate("binh", booths=2)) == WhyNot("too_few_free", {"free": 1, "needed": 2})


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


FLAME = Requirement("flame", ("need:cooking",), ("B",), power=False)
HOST = Reservation("host", ("province:01",), ("A1", "A2"))


def test_who_needs_a_zone_is_passed_by_until_a_booth_there_is_free_and_is_told_by_which_rule():
    cook = candidate("an", needs=("flame",))
    where = street(4, zones=2, rules=Rules(1, requirements=(FLAME,)))
    where.give(candidate("binh"), ("A3",))
    where.give(candidate("chi"), ("A4",))
    assert chosen(where, cook, candidate("dung")) == {"dung": ("A2",)}
    reason = kept_out(where, cook)
    assert (reason.code, reason.facts["rules"]) == ("against_rules", "requirement:flame")
    where.take_back(candidate("chi"))
    assert chosen(where, cook) == {"an": ("A4",)}


def test_reserved_booths_wait_for_whom_they_are_reserved_who_takes_them_before_others():
    where = street(4, rules=Rules(1, reservations=(HOST,)))
    host = candidate("dung", province="01", entitled=("host",))
    assert chosen(where, candidate("an"), candidate("binh"), candidate("chi"), host) == {
        "an": ("A3",),
        "binh": ("A4",),
        "dung": ("A2",),
    }
    assert kept_out(where, candidate("chi")).facts["rules"] == "reservation:host"


def test_a_ceiling_of_a_zone_is_never_passed():
    where = street(4, zones=2, bounds=(Bounds("zone:A", None, 1),))
    assert sorted(chosen(where, *(candidate(name) for name in ("an", "binh", "chi", "dung"))).values()) == [
        ("A2",),
        ("A3",),
        ("A4",),
    ]
    assert kept_out(where, candidate("em")) == WhyNot("zones_full", {"zones": "A", "needed": 1})


def test_where_only_full_zones_have_booths_without_a_holder_these_are_named_and_not_said_to_be_no_more():
    where = street(4, zones=2, zone_capacities={"A": 0, "B": 1})
    where.give(candidate("an"), ("A4",))
    assert kept_out(where, candidate("binh")) == WhyNot("zones_full", {"zones": "A B", "needed": 1})
    assert kept_out(where, candidate("chi", booths=2)) == WhyNot("zones_full", {"zones": "A", "needed": 2})


def test_a_booth_is_kept_for_a_required_floor_as_long_as_somebody_waits_for_it():
    starred = candidate("binh", booths=2, groups=("star_class:5",))
    rules = Rules(1, required_floors=("star_class:5",))
    floor = Bounds("star_class:5", 2, None)
    where = street(2, line=(candidate("an"), starred), bounds=(floor,), rules=rules)
    where.give(candidate("chi"), ("A2",))
    assert chosen(where, candidate("an"), starred) == {}
    assert kept_out(where, candidate("an")).code == "kept_for_quota"
    nobody_waits = street(2, line=(candidate("an"),), bounds=(floor,), rules=rules)
    nobody_waits.give(candidate("chi"), ("A2",))
    assert chosen(nobody_waits, candidate("an")) == {"an": ("A1",)}


def test_who_is_forbidden_a_place_never_comes_up():
    where = street(2)
    forbidden = candidate("an", needs=("forbid:place:",))
    assert list(chosen(where, forbidden, candidate("binh"))) == ["binh"]
    assert kept_out(where, forbidden).code == "committee_decided"


def test_a_required_floor_is_the_last_to_be_given_up_where_booths_are_lost():
    rules = Rules(1, required_floors=("star_class:5",))
    where = street(4, target=1, bounds=(Bounds("star_class:5", 1, None), Bounds("province:26", 1, None)), rules=rules)
    ranked = [
        candidate("an", groups=("province:48",)),
        candidate("binh"),
        candidate("chi", groups=("province:48",)),
        candidate("dung", groups=("star_class:5",)),
    ]
    for each, code in zip(ranked, ("A1", "A2", "A3", "A4"), strict=True):
        where.give(each, (code,))
    assert [each.application_id for each in choose_losers(where, ranked)] == ["chi", "an", "binh"]
