"""What is told of why somebody waits, held against a small check that tries everything and shares no rule with it."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.allocation.waiting_lists.test_domain import candidate
from tests.allocation.waiting_lists.test_domain import street as row_of

from allocation.claims.domain import Claim, Claims, explain_wait, read_claims
from allocation.grounds.domain import Applicant, Bounds, Requirement, Reservation, Rules
from allocation.streets.domain import Street
from allocation.waiting_lists.domain import NOTHING_ELIGIBLE, WhyNot, choose_next

SEED = "a seed"


def full_street(*holders: Applicant, **changes: Any) -> Street:
    where = row_of(len(holders), **changes)
    for number, each in enumerate(holders, start=1):
        where.give(each, (f"A{number}",))
    return where


def of_run(*claims: tuple[str, int, int], placed: str) -> Claims:
    """Return what a run stood on: name, points, number drawn; and the names of who has a place by it."""
    return Claims({name: Claim(points, number) for name, points, number in claims}, frozenset(placed.split()))


def test_who_has_fewer_points_than_all_with_a_place_by_the_run_reads_how_many():
    where = full_street(candidate("an", points=500))
    claims = of_run(("an", 500, 7), ("binh", 300, 9), placed="an")
    assert explain_wait(where, candidate("binh", points=300), claims) == WhyNot(
        "fewer_points", {"points": 300, "points_of_last": 500, "points_missing": 200, "booths_missing": 1}
    )


def test_of_equal_points_only_the_lower_number_drawn_is_said_to_be_drawn_later():
    where = full_street(candidate("an"))
    drawn = of_run(("an", 500, 7), ("binh", 500, 6), ("chi", 500, 8), placed="an")
    told = {name: explain_wait(where, candidate(name), drawn) for name in ("binh", "chi")}
    assert [None if each is None else each.code for each in told.values()] == ["drawn_later", "no_booth_free"]


def test_no_quota_is_named_where_there_is_none():
    """Somebody with more points waits: the run had a reason that only its dossier knows, such as a need or two booths."""
    where = full_street(candidate("an", points=300))
    claims = of_run(("an", 300, 7), ("binh", 600, 9), placed="an")
    told = explain_wait(where, candidate("binh", points=600), claims)
    assert told == WhyNot("no_booth_free", {"booths_missing": 1})


def test_floors_are_named_where_they_hold_every_place_that_the_run_gave_behind_somebody():
    foreign, bounds = candidate("an", province=None, points=300), (Bounds("country:foreign", 1, None),)
    claims = of_run(("an", 300, 7), ("dung", 700, 5), ("binh", 600, 9), placed="an dung")
    where = full_street(foreign, candidate("dung", points=700), bounds=bounds)
    told = explain_wait(where, candidate("binh", points=600), claims)
    assert told is not None
    assert told.code == "floors_held"
    without = full_street(foreign, candidate("dung", points=700))
    told = explain_wait(without, candidate("binh", points=600), claims)
    assert told is not None
    assert told.code == "no_booth_free"


def test_who_was_not_in_the_run_is_told_so_whatever_its_points():
    where = full_street(candidate("an", points=300))
    for points in (100, 300, 900):
        told = explain_wait(where, candidate("late", points=points), of_run(("an", 300, 7), placed="an"))
        assert told == WhyNot("came_later", {"booths_missing": 1})


@pytest.mark.parametrize(("now", "code"), [(200, "fewer_points"), (900, "no_booth_free"), (300, "no_booth_free")])
def test_points_that_the_run_did_not_decide_on_are_compared_only_where_they_are_fewer_still(now: int, code: str):
    where = full_street(candidate("an", points=100))  # its own points of now count for nothing: it had 300 in the run
    claims = of_run(("an", 300, 7), ("binh", 250, 9), placed="an")
    told = explain_wait(where, candidate("binh", points=now), claims)
    assert told is not None
    assert told.code == code


def test_who_got_a_place_from_the_line_is_nobody_s_measure():
    where = full_street(candidate("an", points=900), candidate("late", points=100))
    claims = of_run(("an", 900, 7), ("binh", 500, 9), placed="an")
    told = explain_wait(where, candidate("binh", points=500), claims)
    assert told is not None
    assert (told.code, told.facts["points_of_last"]) == ("fewer_points", 900)


def test_nothing_keeps_from_a_place_who_could_have_one_now():
    assert explain_wait(row_of(2), candidate("an"), of_run(("an", 1, 1), placed="")) is None


# Random editions: of everybody who waits the reason told is true, by trying every booth and counting every group.

GROUPS = ("province:26", "province:01", "country:foreign", "star_class:5")
BOUNDS = st.lists(
    st.builds(Bounds, st.sampled_from(GROUPS), st.none() | st.integers(1, 3), st.none() | st.integers(0, 3)),
    unique_by=lambda each: each.group,
    max_size=2,
)
FLAME = Requirement("flame", ("star_class:5",), ("B",), power=False)
HOST = Reservation("host", ("province:01",), ("A1", "A4"))
WHO = st.tuples(
    st.sampled_from(GROUPS[:3]),
    st.sampled_from(["star_class:5", "star_class:4"]),
    st.sampled_from([1, 1, 2]),
    st.sampled_from([100, 200, 300]),
    st.sampled_from([0, 0, 0, 0, 1]),  # who has nothing eligible
)


@st.composite
def editions(draw: st.DrawFn) -> tuple[Street, Claims | None]:
    """Return a street on which the first of a line got what rules let them, and the claims of those who were in the run."""
    rules = Rules(
        1,
        requirements=(FLAME,) if draw(st.booleans()) else (),
        reservations=(HOST,) if draw(st.booleans()) else (),
        required_floors=("star_class:5",) if draw(st.booleans()) else (),
    )
    people = [_person(f"p{at}", *who, rules) for at, who in enumerate(draw(st.lists(WHO, min_size=3, max_size=10)))]
    is_run = draw(st.booleans())
    where = row_of(
        6,
        zones=2,
        line=people,
        bounds=draw(BOUNDS),
        rules=rules,
        target=draw(st.integers(2, 6)),
        zone_capacities={"A": draw(st.integers(0, 3))},
        keeps_for_floors=not is_run and draw(st.booleans()),
    )
    order = sorted(people, key=lambda each: -each.points) if is_run and draw(st.booleans()) else people
    by_run = [who.application_id for who, _ in choose_next(where, order)]
    for who in draw(st.lists(st.sampled_from(people), max_size=2)):  # some give theirs up again
        where.take_back(who)
    late = draw(st.lists(st.sampled_from(people), max_size=2)) if is_run else []
    known = [each for each in people if each not in late]
    claims = read_claims(replace(where.given, applicants=tuple(known)), SEED, by_run) if is_run else None
    changed = draw(st.dictionaries(st.sampled_from([each.application_id for each in people]), st.just(150), max_size=1))
    where.line = [replace(each, points=changed.get(each.application_id, each.points)) for each in people]
    return where, claims


def _person(name: str, place: str, stars: str, booths: int, points: int, barren: int, rules: Rules) -> Applicant:
    groups = {place, stars}
    return candidate(
        name,
        groups=(place, stars),
        booths=booths,
        points=points,
        product_group="none" if barren else "food",
        needs=tuple(each.code for each in rules.requirements if groups & set(each.groups)),
        entitled=tuple(each.code for each in rules.reservations if groups & set(each.groups)),
    )


class Sight:
    """What somebody who walks along the street sees, by counting; no line of it is shared with what gives places."""

    def __init__(self, where: Street) -> None:
        self.where, self.given = where, where.given
        self.holders = dict(where.holders)
        self.unheld = [each for each in self.given.booths if each.booth_code not in self.holders]

    def held(self, group: str) -> int:
        if group.startswith("zone:"):
            zones = {each.booth_code: each.zone_code for each in self.given.booths}
            return sum(f"zone:{zones[code]}" == group for code in self.holders)
        return sum(group in who.groups for who in self.holders.values())

    def left(self) -> int:
        return self.given.target - len(self.holders)

    def zone_left(self, zone: str) -> int:
        built = sum(each.zone_code == zone for each in self.given.booths)
        return min(built, self.given.zone_capacities.get(zone, built)) - self.held(f"zone:{zone}")

    def spots(self, size: int) -> list[tuple[str, ...]]:
        """Return the booths, or pairs beside each other in one zone, that nobody holds."""
        if size == 1:
            return [(each.booth_code,) for each in self.unheld]
        codes = {each.booth_code: each.zone_code for each in self.unheld}
        return [
            (each.booth_code, other)
            for each in self.unheld
            for other in each.neighbours
            if other > each.booth_code and codes.get(other) == each.zone_code
        ]

    def zone(self, spot: tuple[str, ...]) -> str:
        return next(each.zone_code for each in self.given.booths if each.booth_code == spot[0])

    def usable(self, size: int) -> list[tuple[str, ...]]:
        return [spot for spot in self.spots(size) if self.zone_left(self.zone(spot)) >= size]

    def rules_against(self, who: Applicant, spot: tuple[str, ...]) -> set[str]:
        broken: set[str] = set()
        for each in self.given.rules.reservations:
            if set(spot) & set(each.booth_codes) and not set(each.groups) & set(who.groups):
                broken.add(f"reservation:{each.code}")
        for each in self.given.rules.requirements:
            if set(each.groups) & set(who.groups) and self.zone(spot) not in (each.zone_codes or ("A", "B")):
                broken.add(f"requirement:{each.code}")
        return broken

    def open_to(self, who: Applicant) -> list[tuple[str, ...]]:
        return [spot for spot in self.usable(who.booths) if not self.rules_against(who, spot)]

    def ceilings_passed(self, who: Applicant) -> set[str]:
        return {
            each.group
            for each in self.given.bounds
            if each.ceiling is not None
            and each.group in who.groups
            and self.held(each.group) + who.booths > each.ceiling
        }

    def floors_wanting(self, who: Applicant) -> list[str]:
        """Return the floors of others for which a booth may be kept from somebody: not reached, and kept at this time."""
        kept = [each for each in self.given.bounds if (each.floor or 0) > self.held(each.group)]
        if not self.where.keeps_for_floors:
            kept = [each for each in kept if each.group in self.given.rules.required_floors and self._waits(each.group)]
        return [each.group for each in kept if each.group not in who.groups]

    def _waits(self, group: str) -> bool:
        holding = {who.application_id for who in self.holders.values()}
        return any(group in each.groups and each.application_id not in holding for each in self.where.line)

    def holds_a_floor(self, who: Applicant) -> bool:
        return any(
            each.floor and each.group in who.groups and self.held(each.group) - who.booths < each.floor
            for each in self.given.bounds
        )


def is_true(sight: Sight, who: Applicant, told: WhyNot | None, claims: Claims | None) -> bool:
    """Tell whether what somebody is told is so."""
    if told is None:
        return bool(sight.open_to(who)) and sight.left() >= who.booths and not sight.ceilings_passed(who)
    truths = {
        NOTHING_ELIGIBLE: lambda: who.product_group == "none",
        "quota_full": lambda: told.facts["quota"] in sight.ceilings_passed(who),
        "too_few_free": lambda: (
            told.facts == {"free": sight.left(), "needed": who.booths} and 0 < sight.left() < who.booths
        ),
        "zones_full": lambda: (
            sorted({sight.zone(spot) for spot in sight.spots(who.booths)}) == str(told.facts["zones"]).split()
            and not sight.usable(who.booths)
        ),
        "no_two_together": lambda: who.booths == 2 and not sight.spots(2) and sight.left() >= 2,
        "against_rules": lambda: (
            bool(sight.usable(who.booths))
            and not sight.open_to(who)
            and set(str(told.facts["rules"]).split())
            == {rule for spot in sight.usable(who.booths) for rule in sight.rules_against(who, spot)}
        ),
        "kept_for_quota": lambda: bool(sight.floors_wanting(who)) and sight.left() >= who.booths,
    }
    if told.code in truths:
        return truths[told.code]()
    return sight.left() <= 0 and is_true_of_run(sight, who, told, claims)


def is_true_of_run(sight: Sight, who: Applicant, told: WhyNot, claims: Claims | None) -> bool:
    """Tell whether what is said of a full street is so: plain, or with how those stood that have a place by the run."""
    if told.code == "no_booth_free":
        return True
    assert claims is not None
    known = claims.known
    if told.code == "came_later":
        return who.application_id not in known
    placed = {each.application_id: each for each in sight.holders.values() if each.application_id in claims.placed}
    stood = {name: (known[name].points, known[name].number) for name in placed}
    mine = (who.points, known[who.application_id].number)
    if told.code == "fewer_points":
        return all(points > who.points for points, _ in stood.values())
    if told.code == "drawn_later":
        lowest = min(points for points, _ in stood.values())
        return lowest == who.points and all(claim > mine for claim in stood.values())
    assert told.code == "floors_held"
    behind = [placed[name] for name, claim in stood.items() if claim < mine]
    return bool(behind) and all(sight.holds_a_floor(each) for each in behind)


@settings(max_examples=600)
@given(edition=editions())
def test_every_reason_told_is_true_by_looking(edition: tuple[Street, Claims | None]):
    where, claims = edition
    sight = Sight(where)
    holding = Counter(who.application_id for who in where.holders.values())
    for who in where.line:
        if not holding[who.application_id]:
            told = explain_wait(where, who, claims)
            event("nothing" if told is None else told.code)
            assert is_true(sight, who, told, claims), (who, told, where.holders)
