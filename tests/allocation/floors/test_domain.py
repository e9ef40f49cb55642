"""Which booths are kept for floors, held against every way in which those who lack may still come."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.allocation.waiting_lists.test_domain import candidate
from tests.allocation.waiting_lists.test_domain import street as row_of

from allocation.floors.domain import count_short
from allocation.floors.flows import most_served
from allocation.grounds.domain import Applicant, Bounds, Requirement, Reservation, Rules
from allocation.spots.domain import broken_rules
from allocation.streets.domain import Street
from allocation.waiting_lists.domain import find_booths, why_not

DELTA = "region:red_river_delta"
CODES = ("A1", "A2", "A3", "A4", "A5")
COMERS: dict[str, tuple[str, ...]] = {  # who may still come for a floor of places, and what is known of each
    "province:26": ("province:26", DELTA),
    "province:01": ("province:01", DELTA),
    DELTA: (DELTA,),
    "country:LA": ("country:LA", "country:foreign"),
    "country:foreign": ("country:foreign",),
}
NEWCOMERS = {"first_timer:yes": ("first_timer:yes",)}
FLOORS = (*COMERS, *NEWCOMERS)
NAMED = st.lists(st.sampled_from((*FLOORS, "province:48")), min_size=1, max_size=2, unique=True).map(tuple)
RESERVATIONS = st.lists(
    st.tuples(NAMED, st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True).map(tuple)), max_size=2
)
WHO = st.tuples(
    st.sampled_from(
        [("province:26", DELTA), ("province:01", DELTA), ("province:48",), ("country:LA", "country:foreign")]
    ),
    st.sampled_from(["first_timer:yes", "first_timer:no"]),
)


def bound(who: Applicant, rules: Rules) -> Applicant:
    """Return somebody with the rules that name one of its groups."""
    groups = set(who.groups)
    return replace(
        who,
        needs=tuple(each.code for each in rules.requirements if groups & set(each.groups)),
        entitled=tuple(each.code for each in rules.reservations if groups & set(each.groups)),
    )


def may_stand(where: Street, who: Applicant, code: str) -> bool:
    sort = next(spot.sort for spot in where.plan.spots if spot.codes == (code,))
    return not broken_rules(where.given, who, sort)


def can_reach(where: Street, comers: dict[str, tuple[str, ...]]) -> bool:
    """Tell whether all floors of a kind can still be reached, by trying everybody on every free booth."""
    free = [code for code in CODES if code not in where.holders]
    lacking = where.lacking()
    people = {name: bound(candidate(name, groups=groups), where.given.rules) for name, groups in comers.items()}
    choices = [[None, *(name for name in people if may_stand(where, people[name], code))] for code in free]
    for stand in product(*choices):
        came = Counter(name for name in stand if name is not None)
        zones = Counter(where.booths[code].zone_code for code, name in zip(free, stand, strict=True) if name)
        if came.total() > where.free or any(where.room_in(zone) < number for zone, number in zones.items()):
            continue
        counted: Counter[str] = Counter()
        for name, number in came.items():
            # beyond its own floor somebody is not known to come of just this group
            needed = number if name in {DELTA, "country:foreign"} else min(number, lacking.get(name, 0))
            counted.update(dict.fromkeys(comers[name], needed))
        if all(counted[group] >= number for group, number in lacking.items() if group in comers):
            return True
    return False


def reachable(where: Street) -> bool:
    return can_reach(where, COMERS) and can_reach(where, NEWCOMERS)


@st.composite
def streets(draw: st.DrawFn) -> Street:
    floors = draw(st.fixed_dictionaries({group: st.integers(0, 2) for group in FLOORS}))
    reserved = [Reservation(f"kept-{number}", *each) for number, each in enumerate(draw(RESERVATIONS))]
    needed = [Requirement("flame", draw(NAMED), ("B",), power=False)] if draw(st.booleans()) else []
    changes: dict[str, Any] = {"zone_capacities": {"A": draw(st.integers(1, 3))}, "target": draw(st.integers(3, 5))}
    rules = Rules(1, requirements=tuple(needed), reservations=tuple(reserved))
    bounds = [Bounds(group, floor, None) for group, floor in floors.items()]
    where = row_of(5, zones=2, keeps_for_floors=True, bounds=bounds, rules=rules, **changes)
    for code in draw(st.lists(st.sampled_from(CODES), max_size=2, unique=True)):
        where.give(candidate(f"holder of {code}", groups=("province:48",)), (code,))
    return where


@given(where=streets(), who=WHO)
def test_a_place_is_given_where_every_floor_can_still_be_reached_and_only_there(
    where: Street, who: tuple[Sequence[str], str]
):
    comes = bound(candidate("comes", groups=(*who[0], who[1])), where.given.rules)
    if not reachable(where):
        return
    right: list[str] = []
    for spot in where.open_to(comes) if where.free else ():
        where.give(comes, spot.codes)
        is_right = reachable(where)
        where.take_back(comes)
        assert (count_short(where, comes, spot.codes) == 0) is is_right, (spot.codes, where.lacking())
        right += spot.codes if is_right else ()
    codes = find_booths(where, comes) if why_not(where, comes) is None else None
    assert bool(codes) == bool(right)
    assert set(codes or ()) <= set(right)


def test_a_booth_in_a_zone_that_is_full_serves_no_floor():
    floor = Bounds("country:foreign", 2, None)
    where = row_of(5, zones=2, keeps_for_floors=True, bounds=(floor,), zone_capacities={"A": 1})
    where.give(candidate("an"), ("A1",))
    kept = why_not(where, candidate("binh"))
    assert kept is not None
    assert (kept.code, kept.facts) == ("kept_for_quota", {"booths_kept": 2, "booths_missing": 1})


@given(
    demands=st.lists(st.tuples(st.integers(0, 3), st.sets(st.sampled_from("abc"))), max_size=3),
    stocks=st.fixed_dictionaries({name: st.integers(0, 2) for name in "abc"}),
    room=st.fixed_dictionaries({"x": st.integers(-1, 3), "y": st.integers(0, 3)}),
    most=st.integers(0, 4),
)
def test_the_most_is_served_that_any_way_of_dealing_serves(
    demands: list[tuple[int, set[str]]], stocks: dict[str, int], room: dict[str, int], most: int
):
    stores = {"a": "x", "b": "x", "c": "y"}
    items = [name for name, number in stocks.items() for _ in range(number)]
    best = 0
    for dealt in product([None, *range(len(demands))], repeat=len(items)):
        given_to = Counter(to for to in dealt if to is not None)
        from_store = Counter(stores[name] for name, to in zip(items, dealt, strict=True) if to is not None)
        is_right = all(name in demands[to][1] for name, to in zip(items, dealt, strict=True) if to is not None)
        is_right = is_right and all(number <= demands[to][0] for to, number in given_to.items())
        if is_right and all(number <= room[store] for store, number in from_store.items()):
            best = max(best, min(most, given_to.total()))
    assert most_served(demands, stocks, stores, room, most) == best
