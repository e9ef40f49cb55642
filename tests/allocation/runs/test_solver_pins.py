"""What the committee pins and forbids, against trying everything and against the checker."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.allocation.runs.problems import applicant, problem, row_of, tiny_problems
from tests.allocation.runs.test_solver import SEED, every_placement, solved, value_of

from allocation.grounds.domain import Pin, Requirement, Reservation, Rules, RunInput
from allocation.runs.checker import check
from allocation.runs.packs import pin_words


def pin(name: str, rule: str, target: str, code: str | None = None) -> Pin:
    return Pin(f"id-of-{name}", rule, target, code)


@st.composite
def pinned_problems(draw: st.DrawFn) -> RunInput:
    """Return a tiny problem with one to three words of the committee, not always such that all can be held."""
    given_problem = draw(tiny_problems())
    names = [each.application_id for each in given_problem.applicants]
    codes = [each.booth_code for each in given_problem.booths]
    zones = sorted({each.zone_code for each in given_problem.booths})

    def one() -> Pin:
        target = draw(st.sampled_from(("booth", "zone", "place")))
        code = {"booth": codes, "zone": zones, "place": [None]}[target]
        return Pin(
            draw(st.sampled_from(names)), draw(st.sampled_from(("pin", "forbid"))), target, draw(st.sampled_from(code))
        )

    pins = {one() for _ in range(draw(st.integers(1, 3)))} if names else set[Pin]()
    return replace(given_problem, pins=tuple(pins)).in_order()


@settings(max_examples=80)
@given(given_problem=pinned_problems())
def test_with_pins_no_placement_of_all_is_better(given_problem: RunInput):
    result = solved(given_problem)
    all_of_them = list(every_placement(given_problem))
    if result.status == "infeasible":
        assert all_of_them == []
        return
    assert check(given_problem, result, SEED) == ()
    assert result.status == "optimal"
    passes = [each.name for each in result.objectives if ":" not in each.name]
    found = value_of(given_problem, dict(result.placements), passes)
    assert max(value_of(given_problem, each, passes) for each in all_of_them) == found


def placed(pins: list[Pin], **changes: Any) -> dict[str, tuple[str, ...]]:
    given_problem = problem(
        [applicant("a", points=700), applicant("b", points=600), applicant("c", points=500, **changes)],
        [*row_of("A", 2), *row_of("B", 1)],
        target=2,
    )
    pinned = replace(given_problem, pins=tuple(pins))
    result = solved(pinned)
    assert check(pinned, result, SEED) == ()
    return {name.removeprefix("id-of-"): codes for name, codes in result.placements.items()}


def test_who_is_pinned_to_a_booth_stands_there_also_before_others_with_more_points():
    assert placed([pin("c", "pin", "booth", "B1")])["c"] == ("B1",)
    assert set(placed([])) == {"a", "b"}
    assert set(placed([pin("c", "pin", "booth", "B1")])) == {"a", "c"}


def test_who_is_kept_from_a_zone_stands_in_another_and_who_is_kept_from_all_nowhere():
    assert placed([pin("a", "forbid", "zone", "A")])["a"] == ("B1",)
    assert set(placed([pin("a", "forbid", "place")])) == {"b", "c"}


def test_two_neighbours_around_a_pinned_booth_are_found_or_said_to_be_none():
    pairs = problem([applicant("a", points=700), applicant("b", booths=2, points=600)], row_of("A", 3), target=3)
    in_the_middle = replace(pairs, pins=(pin("a", "pin", "booth", "A2"),))
    at_the_end = replace(pairs, pins=(pin("a", "pin", "booth", "A3"),))
    assert solved(in_the_middle).placements == {"id-of-a": ("A2",)}
    assert solved(at_the_end).placements == {"id-of-a": ("A3",), "id-of-b": ("A1", "A2")}
    both = replace(in_the_middle, pins=(*in_the_middle.pins, pin("b", "pin", "place")))
    result = solved(both)
    assert (result.status, result.clash) == ("infeasible", ("pin:booth:A2", "pin:place:"))


def test_words_of_the_committee_that_clash_with_rules_are_told_in_words():
    flames = Rules(version=1, requirements=(Requirement("flame", ("product_group:food",), ("B",), power=False),))
    given_problem = problem([applicant("a")], [*row_of("A", 1), *row_of("B", 1)], rules=flames)
    result = solved(replace(given_problem, pins=(pin("a", "pin", "booth", "A1"),)))
    assert result.clash == ("pin:booth:A1", "requirement:flame")
    assert pin_words("pin:booth:A1") == ("gian A1", "booth A1")
    assert pin_words("forbid:place:") == ("không được xếp gian", "not a place")


def test_pins_and_own_rules_hold_together():
    kept = Rules(version=1, reservations=(Reservation("craft", ("product_group:craft",), ("A1",)),))
    given_problem = problem(
        [applicant("a", points=700), applicant("b", points=600, group="craft")], row_of("A", 2), rules=kept
    )
    pinned = replace(given_problem, pins=(pin("b", "forbid", "booth", "A2"),))
    result = solved(pinned)
    assert check(pinned, result, SEED) == ()
    assert result.placements == {"id-of-a": ("A2",), "id-of-b": ("A1",)}


def test_a_result_that_does_not_hold_a_pin_fails_the_check():
    given_problem = problem([applicant("a")], row_of("A", 2))
    result = solved(given_problem)
    other = "A1" if result.placements["id-of-a"] == ("A2",) else "A2"
    pinned = replace(given_problem, pins=(pin("a", "pin", "booth", other),))
    assert any("is not held" in each for each in check(pinned, result, SEED))
