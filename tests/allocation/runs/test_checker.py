"""The checker finds each kind of mistake; every line of it is seen red here."""

from dataclasses import replace

import pytest
from tests.allocation.runs.problems import applicant, problem, row_of

from allocation.grounds.domain import RunInput
from allocation.runs.checker import check
from allocation.runs.domain import Objective, RunResult
from allocation.runs.solver import solve

SEED = "a-seed"


@pytest.fixture(scope="module")
def street() -> RunInput:
    applicants = [applicant("an", booths=2), applicant("binh", corner=True), applicant("chi", province="48")]
    bounds = [("province:26", 1, 3), ("province:48", None, 1)]
    return problem(applicants, row_of("A", 4), bounds=bounds)


@pytest.fixture(scope="module")
def right(street: RunInput) -> RunResult:
    return solve(street, SEED, 10)


def with_places(result: RunResult, **places: tuple[str, ...]) -> RunResult:
    return replace(result, placements={f"id-of-{name}": codes for name, codes in places.items()})


def test_a_right_result_passes(street: RunInput, right: RunResult):
    assert check(street, right, SEED) == ()


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"binh": ("A1",), "chi": ("A1",)}, "booth A1 has 2 holders"),
        ({"an": ("A1",)}, "id-of-an holds 1 booths, granted 2"),
        ({"an": ("A1", "A3")}, "id-of-an holds booths apart"),
        ({"an": ("A1", "A1")}, "id-of-an holds booths apart"),
        ({"binh": ("Z9",)}, "holds unknown booths"),
        ({"dung": ("A1",)}, "id-of-dung is no accepted application"),
    ],
)
def test_broken_places_are_named(street: RunInput, right: RunResult, places: dict[str, tuple[str, ...]], words: str):
    assert any(words in finding for finding in check(street, with_places(right, **places), SEED))


def test_a_ceiling_that_is_passed_is_named(street: RunInput, right: RunResult):
    tight = problem(list(street.applicants), list(street.booths), bounds=[("province:26", None, 1)])
    assert "province:26: 3 booths held, ceiling 1" in check(tight, right, SEED)


def test_more_booths_than_the_target_or_a_zone_may_hold_are_named(street: RunInput, right: RunResult):
    assert "4 booths held, target 3" in check(replace(street, target=3), right, SEED)
    assert "zone A: 4 booths held, capacity 2" in check(replace(street, zone_capacities={"A": 2}), right, SEED)


def test_a_figure_that_was_not_reached_is_named(street: RunInput, right: RunResult):
    boasting = tuple(
        Objective(each.name, each.value + 1, each.bound + 1) if each.name == "placed_points_500" else each
        for each in right.objectives
    )
    assert "placed_points_500: 4 told, 3 counted" in check(street, replace(right, objectives=boasting), SEED)


def test_a_pass_left_out_is_named(street: RunInput, right: RunResult):
    for number, left_out in enumerate(right.objectives):
        rest = (*right.objectives[:number], *right.objectives[number + 1 :])
        assert any(left_out.name in finding for finding in check(street, replace(right, objectives=rest), SEED))


def test_another_seed_than_the_one_committed_to_is_found(street: RunInput, right: RunResult):
    assert any("draw_places" in finding for finding in check(street, right, "another-seed"))


def test_optimal_without_proof_is_found(street: RunInput, right: RunResult):
    loose = tuple(
        replace(each, bound=each.bound + 1) if each.name == "placed_points_500" else each for each in right.objectives
    )
    assert "not proven: ['placed_points_500']" in check(street, replace(right, objectives=loose), SEED)[0]


def test_a_bound_worse_than_the_value_is_found(street: RunInput, right: RunResult):
    wrong = tuple(
        replace(each, bound=each.bound - 1) if each.name == "placed_points_500" else each for each in right.objectives
    )
    found = check(street, replace(right, status="feasible", objectives=wrong), SEED)
    assert "placed_points_500: the bound 2 is worse than the value 3" in found


def test_an_infeasible_run_places_nobody(street: RunInput, right: RunResult):
    assert check(street, replace(right, status="infeasible"), SEED) != ()
    assert check(street, RunResult("infeasible", (), {}), SEED) == ()
